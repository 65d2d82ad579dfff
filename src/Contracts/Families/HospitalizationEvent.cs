using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace EventBus.Contracts;

/// <summary>A patient's stay at a clinic: admitted, discharged. Types that end in <c>_batch</c> carry several. Types are written <c>*.hospitalization.#</c>.</summary>
[JsonConverter(typeof(EventJsonConverter<HospitalizationEvent>))]
public sealed record HospitalizationEvent : CloudEvent
{
    /// <summary>Starts an event of our own; source and type have to be given.</summary>
    public HospitalizationEvent()
    {
    }

    [SetsRequiredMembers]
    internal HospitalizationEvent(CloudEvent original)
        : base(original)
    {
    }
}
