using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace EventBus.Contracts;

/// <summary>A person who may become a patient. Types are written <c>*.lead.#</c>.</summary>
[JsonConverter(typeof(EventJsonConverter<LeadEvent>))]
public sealed record LeadEvent : CloudEvent
{
    /// <summary>Starts an event of our own; source and type have to be given.</summary>
    public LeadEvent()
    {
    }

    [SetsRequiredMembers]
    internal LeadEvent(CloudEvent original)
        : base(original)
    {
    }
}
