using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace EventBus.Contracts;

/// <summary>A prescription, or a requisition for a laboratory. Types are written <c>*.prescription.#</c>.</summary>
[JsonConverter(typeof(EventJsonConverter<PrescriptionEvent>))]
public sealed record PrescriptionEvent : CloudEvent
{
    static readonly ClosedSet<PrescriptionChange> Changes = new(("fulfilled", PrescriptionChange.Fulfillment));

    /// <summary>Starts an event of our own; source and type have to be given.</summary>
    public PrescriptionEvent()
    {
    }

    [SetsRequiredMembers]
    internal PrescriptionEvent(CloudEvent original)
        : base(original)
    {
    }

    /// <summary>What happened to the prescription or the requisition.</summary>
    public PrescriptionChange Change => Changes.Of(What);

    /// <summary>The patient, where the payload names one.</summary>
    public string? PatientId => PatientPaths.Find(this);
}

/// <summary>What can happen to a prescription, or to a requisition for a laboratory.</summary>
public enum PrescriptionChange
{
    /// <summary>Something else; <see cref="CloudEvent.NativeType"/> has the sender's word.</summary>
    Other,

    /// <summary>A prescription was issued.</summary>
    Created,

    /// <summary>A prescription's details changed.</summary>
    Updated,

    /// <summary>A prescription was linked to the order that it serves.</summary>
    Fulfillment,

    /// <summary>A prescription was declared invalid.</summary>
    Voided,

    /// <summary>A laboratory test was asked for.</summary>
    RequisitionCreated,
}
