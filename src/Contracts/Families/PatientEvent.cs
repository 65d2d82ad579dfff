using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace EventBus.Contracts;

/// <summary>A patient, called customer by some senders: the person, the consents, the coverage. Types are written <c>*.patient.#</c>.</summary>
[JsonConverter(typeof(EventJsonConverter<PatientEvent>))]
public sealed record PatientEvent : CloudEvent
{
    /// <summary>Starts an event of our own; source and type have to be given.</summary>
    public PatientEvent()
    {
    }

    [SetsRequiredMembers]
    internal PatientEvent(CloudEvent original)
        : base(original)
    {
    }
}
