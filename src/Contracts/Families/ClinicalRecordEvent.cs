using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace EventBus.Contracts;

/// <summary>An entry of the clinical record: allergies, conditions, laboratory and imaging reports, vital signs and the like. Types are written <c>*.clinical_record.#</c>.</summary>
[JsonConverter(typeof(EventJsonConverter<ClinicalRecordEvent>))]
public sealed record ClinicalRecordEvent : CloudEvent
{
    /// <summary>Starts an event of our own; source and type have to be given.</summary>
    public ClinicalRecordEvent()
    {
    }

    [SetsRequiredMembers]
    internal ClinicalRecordEvent(CloudEvent original)
        : base(original)
    {
    }
}
