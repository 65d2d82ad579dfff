using System.Text.Json;

namespace EventBus.Contracts;

/// <summary>One name that a sender uses, and what becomes of it.</summary>
/// <param name="Source">The sender: <c>canvas</c>, <c>careportals</c>, <c>smartflowsheet</c>; <c>eventbus</c> for what consumers of this bus publish.</param>
/// <param name="Name">The sender's name, letter for letter: <c>APPOINTMENT_CANCELED</c>.</param>
/// <param name="Type">The event's type: <c>canvas.appointment.canceled</c>. Several names can share one.</param>
/// <param name="Description">What happened, in a sentence.</param>
/// <param name="Synchronous">Whether the sender waits for the outcome.</param>
/// <param name="Subject">Where the subject is looked for in the payload, in this order (see <see cref="PayloadPath"/>).</param>
/// <param name="Path">The gateway's route that takes it; empty where nobody sends it to a gateway.</param>
/// <param name="Shape">The form of the payload, which has a JSON Schema: <c>canvas-event</c>.</param>
/// <param name="Sample">A payload as the sender would send it, with made-up values.</param>
public sealed record EventDescription(
    string Source,
    string Name,
    string Type,
    string Description,
    bool Synchronous,
    IReadOnlyList<string> Subject,
    string Path,
    string Shape,
    JsonElement Sample)
{
    /// <summary>The family that the type belongs to.</summary>
    public Family Family => Family.Of(Type);

    /// <summary>Whether a sender sends it to a gateway.</summary>
    public bool IsSent => Path.Length > 0;

    /// <summary>Whether the name is a flag of an appointment notification, which stands in the payload and is no event name by itself.</summary>
    public bool IsFlag => Shape == "canvas-notification";
}
