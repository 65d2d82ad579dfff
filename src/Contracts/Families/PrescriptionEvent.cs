using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace EventBus.Contracts;

/// <summary>A prescription, or a requisition for a laboratory. Types are written <c>*.prescription.#</c>.</summary>
[JsonConverter(typeof(EventJsonConverter<PrescriptionEvent>))]
public sealed record PrescriptionEvent : CloudEvent
{
    /// <summary>Starts an event of our own; source and type have to be given.</summary>
    public PrescriptionEvent()
    {
    }

    [SetsRequiredMembers]
    internal PrescriptionEvent(CloudEvent original)
        : base(original)
    {
    }
}
