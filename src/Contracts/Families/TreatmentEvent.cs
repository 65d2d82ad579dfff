using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace EventBus.Contracts;

/// <summary>What was given or measured during a hospitalization: treatments, notes, anesthetics. Types are written <c>*.treatment.#</c>.</summary>
[JsonConverter(typeof(EventJsonConverter<TreatmentEvent>))]
public sealed record TreatmentEvent : CloudEvent
{
    /// <summary>Starts an event of our own; source and type have to be given.</summary>
    public TreatmentEvent()
    {
    }

    [SetsRequiredMembers]
    internal TreatmentEvent(CloudEvent original)
        : base(original)
    {
    }
}
