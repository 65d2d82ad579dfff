using System.Text.Json.Serialization;
using EventBus.Contracts;

namespace EventBus.Consumers.Appointments;

/// <summary>An appointment, as all that came of it says, whichever way it came.</summary>
sealed record AppointmentRecord
{
    /// <summary>Its id in its system.</summary>
    public required string Id { get; init; }

    /// <summary>The clinic or instance it belongs to.</summary>
    public string? Tenant { get; init; }

    /// <summary>The sender.</summary>
    public required string Source { get; init; }

    /// <summary>The patient.</summary>
    public string? Patient { get; init; }

    /// <summary>How it stands.</summary>
    public AppointmentStatus Status { get; init; }

    /// <summary>When it starts, as the sender wrote it.</summary>
    public string? Start { get; init; }

    /// <summary>When it ends, as the sender wrote it.</summary>
    public string? End { get; init; }

    /// <summary>The appointment whose place it took.</summary>
    public string? RescheduledFrom { get; init; }

    /// <summary>The appointment that took its place.</summary>
    public string? RescheduledTo { get; init; }

    /// <summary>What happened to it, in the order of acceptance.</summary>
    public IReadOnlyList<AppointmentStep> History { get; init; } = [];

    /// <summary>Whether it is to take place.</summary>
    [JsonIgnore]
    public bool IsActive => RescheduledTo is null && Status is AppointmentStatus.Booked or AppointmentStatus.Confirmed or AppointmentStatus.CheckedIn;

    /// <summary>Reads a history anew.</summary>
    /// <param name="known">Which appointment it is, and what other records have said of it.</param>
    /// <param name="history">What happened, in the order of acceptance.</param>
    public static AppointmentRecord Read(AppointmentRecord known, IReadOnlyList<AppointmentStep> history)
    {
        var record = known with { Status = AppointmentStatus.Unknown, Start = null, End = null, History = history };
        foreach (var step in history)
        {
            record = record with
            {
                Status = step.Change switch
                {
                    AppointmentChange.Created or AppointmentChange.Rescheduled or AppointmentChange.Restored => AppointmentStatus.Booked,
                    AppointmentChange.Canceled => AppointmentStatus.Canceled,
                    AppointmentChange.NoShowed => AppointmentStatus.NoShowed,
                    AppointmentChange.CheckedIn => AppointmentStatus.CheckedIn,
                    AppointmentChange.Confirmed => AppointmentStatus.Confirmed,
                    AppointmentChange.Completed => AppointmentStatus.Completed,
                    _ => record.Status,
                },
                Patient = step.Patient ?? record.Patient,
                Start = step.Start ?? record.Start,
                End = step.Start is null ? step.End ?? record.End : step.End,
                RescheduledFrom = step.RescheduledFrom ?? record.RescheduledFrom,
            };
        }

        return record;
    }
}

/// <summary>How an appointment stands.</summary>
enum AppointmentStatus
{
    /// <summary>Nothing that came of it says so.</summary>
    Unknown,

    /// <summary>It is to take place.</summary>
    Booked,

    /// <summary>It was confirmed.</summary>
    Confirmed,

    /// <summary>The patient is there.</summary>
    CheckedIn,

    /// <summary>It took place.</summary>
    Completed,

    /// <summary>It was called off.</summary>
    Canceled,

    /// <summary>The patient did not come.</summary>
    NoShowed,
}

/// <summary>One thing that happened to an appointment.</summary>
/// <param name="At">When it was accepted, in milliseconds since 1970-01-01 UTC.</param>
/// <param name="Change">What it was.</param>
/// <param name="Native">The sender's word for it.</param>
/// <param name="Patient">The patient, where it says so.</param>
/// <param name="Start">The start, where it says so.</param>
/// <param name="End">The end, where it says so.</param>
/// <param name="RescheduledFrom">The appointment whose place it took, where it says so.</param>
sealed record AppointmentStep(long At, AppointmentChange Change, string? Native, string? Patient, string? Start, string? End, string? RescheduledFrom);

[JsonSerializable(typeof(AppointmentRecord))]
[JsonSerializable(typeof(AppointmentStep))]
[JsonSerializable(typeof(PatientDay))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
sealed partial class AppointmentJson : JsonSerializerContext;
