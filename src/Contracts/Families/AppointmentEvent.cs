using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace EventBus.Contracts;

/// <summary>
/// A change of an appointment, whichever system it happened in. Types are written <c>*.appointment.#</c>; an appointment cancelled in
/// Canvas and one cancelled in CarePortals both have <see cref="Change"/> = <see cref="AppointmentChange.Canceled"/>.
/// </summary>
[JsonConverter(typeof(EventJsonConverter<AppointmentEvent>))]
public sealed record AppointmentEvent : CloudEvent
{
    static readonly string[] AppointmentPaths = ["appointment_external_id", "target", "appointment.id", "_id"];
    static readonly ClosedSet<AppointmentChange> Changes = new();

    /// <summary>Starts an event of our own; source and type have to be given.</summary>
    public AppointmentEvent()
    {
    }

    [SetsRequiredMembers]
    internal AppointmentEvent(CloudEvent original)
        : base(original)
    {
    }

    /// <summary>What happened to the appointment.</summary>
    public AppointmentChange Change => Changes.Of(What);

    /// <summary>The appointment's id in the sending system, where the payload has one.</summary>
    public string? AppointmentId => Record is { } record ? record.AppointmentId : PayloadPath.First(Data, AppointmentPaths);

    /// <summary>The patient, where the payload names one.</summary>
    public string? PatientId => PatientPaths.Find(this);

    /// <summary>When it starts, as the sender wrote it (ISO 8601), where the payload has it.</summary>
    public string? StartTime => Record is { } record ? record.StartTime : PayloadPath.First(Data, "start_time", "appointment.start_time", "start");

    /// <summary>When it ends, as the sender wrote it or computed from start and duration, where the payload has it.</summary>
    public string? EndTime => Record is { } record ? record.EndTime : PayloadPath.First(Data, "end_time", "appointment.end_time", "end");

    /// <summary>The appointment that this one takes the place of, where the payload names it.</summary>
    public string? RescheduledFrom => Record is { } record ? record.RescheduledFrom : PayloadPath.First(Data, "rescheduled_from", "appointment.rescheduled_from");

    CanvasChangeRecord? Record => Data is { } data ? CanvasChangeRecord.Find(data) : null;
}

/// <summary>What can happen to an appointment.</summary>
public enum AppointmentChange
{
    /// <summary>Something else; <see cref="CloudEvent.NativeType"/> has the sender's word.</summary>
    Other,

    /// <summary>Booked.</summary>
    Created,

    /// <summary>Moved to another time; the event is about the new appointment.</summary>
    Rescheduled,

    /// <summary>Called off.</summary>
    Canceled,

    /// <summary>Called off, and then brought back.</summary>
    Restored,

    /// <summary>The patient did not come.</summary>
    NoShowed,

    /// <summary>The patient has arrived.</summary>
    CheckedIn,

    /// <summary>Confirmed.</summary>
    Confirmed,

    /// <summary>Over.</summary>
    Completed,

    /// <summary>Details changed.</summary>
    Updated,

    /// <summary>It overlaps with another one of the same patient.</summary>
    Conflict,
}
