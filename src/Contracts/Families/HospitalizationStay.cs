using System.Text.Json;

namespace EventBus.Contracts;

/// <summary>One patient's stay, as an event tells of it; what it does not tell is null.</summary>
/// <param name="HospitalizationId">Its id in the practice system.</param>
/// <param name="HospitalizationGuid">Its id in the flow sheet.</param>
/// <param name="PatientId">The patient.</param>
/// <param name="StatusText">The sender's word for how it stands.</param>
/// <param name="ReportPath">Where the report of the stay can be read, a URL.</param>
public sealed record HospitalizationStay(string? HospitalizationId, string? HospitalizationGuid, string? PatientId, string? StatusText, string? ReportPath)
{
    static readonly ClosedSet<HospitalizationStatus> Statuses = new();

    /// <summary>How it stands.</summary>
    public HospitalizationStatus? Status => Statuses.Find(StatusText);

    /// <summary>Nothing of a patient's stay shows in its text.</summary>
    public override string ToString() => nameof(HospitalizationStay);

    /// <summary>Reads one from a payload.</summary>
    public static HospitalizationStay Read(JsonElement stay) => new(
        PayloadPath.First(stay, "hospitalizationId"),
        PayloadPath.First(stay, "hospitalizationGuid"),
        PayloadPath.First(stay, "patient.patientId"),
        PayloadPath.First(stay, "status"),
        PayloadPath.First(stay, "reportPath"));
}

/// <summary>How a stay can stand.</summary>
public enum HospitalizationStatus
{
    /// <summary>Another word; <see cref="HospitalizationStay.StatusText"/> has it.</summary>
    Other,

    /// <summary>The patient is at the clinic.</summary>
    Active,

    /// <summary>The patient has left.</summary>
    Discharged,

    /// <summary>It was taken off the flow sheet.</summary>
    Deleted,
}
