using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace EventBus.Contracts;

/// <summary>A person who may become a patient. Types are written <c>*.lead.#</c>.</summary>
[JsonConverter(typeof(EventJsonConverter<LeadEvent>))]
public sealed record LeadEvent : CloudEvent
{
    static readonly ClosedSet<LeadChange> Changes = new();

    /// <summary>Starts an event of our own; source and type have to be given.</summary>
    public LeadEvent()
    {
    }

    [SetsRequiredMembers]
    internal LeadEvent(CloudEvent original)
        : base(original)
    {
    }

    /// <summary>What happened to the lead.</summary>
    public LeadChange Change => Changes.Of(What);

    /// <summary>The patient that the lead has become, where the payload names one.</summary>
    public string? PatientId => PatientPaths.Find(this);
}

/// <summary>What can happen to a lead.</summary>
public enum LeadChange
{
    /// <summary>Something else; <see cref="CloudEvent.NativeType"/> has the sender's word.</summary>
    Other,

    /// <summary>Someone showed interest.</summary>
    Created,

    /// <summary>Became a patient.</summary>
    Converted,

    /// <summary>Given up.</summary>
    Lost,
}
