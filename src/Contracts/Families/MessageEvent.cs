using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace EventBus.Contracts;

/// <summary>A message between patient and staff. Types are written <c>*.message.#</c>.</summary>
[JsonConverter(typeof(EventJsonConverter<MessageEvent>))]
public sealed record MessageEvent : CloudEvent
{
    static readonly ClosedSet<MessageChange> Changes = new();

    /// <summary>Starts an event of our own; source and type have to be given.</summary>
    public MessageEvent()
    {
    }

    [SetsRequiredMembers]
    internal MessageEvent(CloudEvent original)
        : base(original)
    {
    }

    /// <summary>What happened to the message.</summary>
    public MessageChange Change => Changes.Of(What);

    /// <summary>The patient, where the payload names one.</summary>
    public string? PatientId => PatientPaths.Find(this);
}

/// <summary>What can happen to a message.</summary>
public enum MessageChange
{
    /// <summary>Something else; <see cref="CloudEvent.NativeType"/> has the sender's word.</summary>
    Other,

    /// <summary>Written; by whom, the event does not say.</summary>
    Created,

    /// <summary>A patient wrote to the clinic.</summary>
    Inbound,
}
