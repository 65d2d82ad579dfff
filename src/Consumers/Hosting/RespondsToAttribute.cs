using EventBus.Contracts;

namespace EventBus.Consumers.Hosting;

/// <summary>
/// Says what a consumer responds to; the bindings of its queue follow from it. Each entry is a pattern over event types (<c>*.appointment.#</c>), a type
/// (<see cref="EventTypes"/>), or a sender's own name (<c>APPOINTMENT_CANCELED</c>).
/// </summary>
/// <param name="events">The entries, at least one.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class RespondsToAttribute(params string[] events) : Attribute
{
    /// <summary>The entries.</summary>
    public IReadOnlyList<string> Events { get; } = events;

    /// <summary>For a responder: whether an exception in its check accepts the event. Unless set it refuses it, so that no event passes unchecked.</summary>
    public bool AcceptOnError { get; init; }
}
