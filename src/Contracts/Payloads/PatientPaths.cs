namespace EventBus.Contracts;

/// <summary>Where senders write whose event it is.</summary>
static class PatientPaths
{
    static readonly string[] Paths =
    [
        "canvas_patient_key", "context.patient.id", "context.patient_id", "patient.id", "patient_id", "appointment.patient_id",
        "customer._id", "customer", "customer_id", "customerId",
    ];

    /// <summary>The patient that the payload names, by id; null where it names none.</summary>
    public static string? Find(CloudEvent @event) => PayloadPath.First(@event.Data, Paths);
}
