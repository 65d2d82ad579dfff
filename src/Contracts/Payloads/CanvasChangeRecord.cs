using System.Globalization;
using System.Text.Json;

namespace EventBus.Contracts;

/// <summary>
/// The record of a change in Canvas's database that a notification protocol computes on: <c>{model_name, created, fields: {name: [old, new]}, …}</c>,
/// with what the protocol looks up beside it (<c>canvas_patient_key</c>, <c>appointment_external_id</c>, a FHIR <c>appointment</c>).
/// </summary>
public sealed class CanvasChangeRecord
{
    const string Rescheduled = "Previously Rescheduled Appointment";

    readonly JsonElement _payload;
    readonly JsonElement _record;

    CanvasChangeRecord(JsonElement payload, JsonElement record)
    {
        (_payload, _record) = (payload, record);
    }

    /// <summary>The model that changed, as written: <c>appointment</c>, <c>notestatechangeevent</c>, or another; null where the record does not say.</summary>
    public string? ModelName => PayloadPath.First(_record, "model_name");

    /// <summary>What it means for the appointment; null where it means nothing.</summary>
    public AppointmentChange? Change => ModelName?.ToUpperInvariant() switch
    {
        "APPOINTMENT" => IsCreation ? IsRescheduling ? AppointmentChange.Rescheduled : AppointmentChange.Created : null,
        "NOTESTATECHANGEEVENT" => NewText("state") switch
        {
            "CLD" => AppointmentChange.Canceled,
            "NSW" => AppointmentChange.NoShowed,
            "RVT" => AppointmentChange.Restored,
            "CVD" => AppointmentChange.CheckedIn,
            _ => null,
        },
        _ => null,
    };

    /// <summary>The appointment's external id. A state change is a record of its own, so there it is known only where it stands beside the record.</summary>
    public string? AppointmentId =>
        PayloadPath.First(_payload, "appointment_external_id", "appointment.id")
        ?? (IsAppointment ? PayloadPath.First(_record, "external_id") ?? NewText("externally_exposable_id") : null);

    /// <summary>When the appointment starts, as written.</summary>
    public string? StartTime => PayloadPath.First(_payload, "appointment.start") ?? (IsAppointment ? NewText("start_time") : null);

    /// <summary>When the appointment ends, as written, or the start plus <c>duration_minutes</c>.</summary>
    public string? EndTime =>
        PayloadPath.First(_payload, "appointment.end") ?? (IsAppointment ? NewText("end_time") ?? StartPlusDuration() : null);

    /// <summary>The appointment that this one takes the place of: as the FHIR appointment refers to it, else the database's own number for it.</summary>
    public string? RescheduledFrom => Previous() ?? (IsAppointment ? NewText("appointment_rescheduled_from_id") : null);

    bool IsAppointment => string.Equals(ModelName, "appointment", StringComparison.OrdinalIgnoreCase);

    bool IsCreation => PayloadPath.Find(_record, "created") is { ValueKind: JsonValueKind.True };

    bool IsRescheduling => NewText("appointment_rescheduled_from_id") is not null || PreviousLink() is not null;

    /// <summary>The change record in a payload: under <c>field_changes</c>, or the payload itself; null where there is none.</summary>
    public static CanvasChangeRecord? Find(JsonElement payload)
    {
        if (payload.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (payload.TryGetProperty("field_changes", out var record) && record.ValueKind == JsonValueKind.Object)
        {
            return new CanvasChangeRecord(payload, record);
        }

        return payload.TryGetProperty("model_name", out _) && payload.TryGetProperty("fields", out _)
            ? new CanvasChangeRecord(payload, payload)
            : null;
    }

    /// <summary>The new value of a field: the second of <c>[old, new]</c>, or the value itself where it is not a pair.</summary>
    string? NewText(string field) => NewValue(field) is { } value ? PayloadPath.Text(value) : null;

    JsonElement? NewValue(string field) => PayloadPath.Find(_record, $"fields.{field}") switch
    {
        { ValueKind: JsonValueKind.Array } pair => pair.GetArrayLength() == 2 ? pair[1] : null,
        var value => value,
    };

    /// <summary>The id in a FHIR reference: <c>Appointment/317d8c8d-…</c>.</summary>
    string? Previous() => PreviousLink() is { } link && PayloadPath.First(link, "reference") is { } reference ? reference[(reference.LastIndexOf('/') + 1)..] : null;

    JsonElement? PreviousLink()
    {
        if (PayloadPath.Find(_payload, "appointment.supportingInformation") is not { ValueKind: JsonValueKind.Array } links)
        {
            return null;
        }

        foreach (var link in links.EnumerateArray())
        {
            if (PayloadPath.First(link, "display") == Rescheduled)
            {
                return link;
            }
        }

        return null;
    }

    string? StartPlusDuration()
    {
        if (StartTime is not { } start || NewValue("duration_minutes") is not { } duration
            || !double.TryParse(PayloadPath.Text(duration), NumberStyles.Float, CultureInfo.InvariantCulture, out var minutes)
            || Math.Abs(minutes) > 60 * 24 * 366
            || !DateTimeOffset.TryParse(start, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            return null;
        }

        // A start without an offset gives an end without one: nothing is made up.
        var offset = HasOffset(start) ? "zzz" : "";
        var end = time.AddMinutes(minutes);
        return end.ToString((end.Ticks % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-ddTHH:mm:ss" : "yyyy-MM-ddTHH:mm:ss.ffffff") + offset, CultureInfo.InvariantCulture);
    }

    static bool HasOffset(string time) =>
        time.EndsWith('Z') || time.EndsWith('z') || time.AsSpan(Math.Min(10, time.Length)).ContainsAny('+', '-');
}
