using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventBus.Contracts;

// The shapes that senders' payloads have, for JSON Schema only: payloads are never read through them, since a sender adds fields all the time.

sealed record CanvasEventPayload
{
    [JsonPropertyName("type"), Description("The event's name. Some tools write event_type or EventType.")]
    public string? Type { get; init; }

    [JsonPropertyName("target"), Description("Id of what the event is about.")]
    public string? Target { get; init; }

    [JsonPropertyName("target_type"), Description("What the target is.")]
    public string? TargetType { get; init; }

    [JsonPropertyName("context"), Description("An object, a string that contains JSON, or an empty string.")]
    public JsonElement Context { get; init; }

    [JsonPropertyName("actor"), Description("Who caused it.")]
    public string? Actor { get; init; }

    [JsonPropertyName("source"), Description("What caused it.")]
    public string? Source { get; init; }
}

sealed record AppointmentConflictPayload
{
    [JsonPropertyName("target"), Description("Id of the appointment that was booked or changed last.")]
    public required string Target { get; init; }

    [JsonPropertyName("other"), Description("Id of the appointment that it overlaps with.")]
    public required string Other { get; init; }

    [JsonPropertyName("patient"), Description("The patient, by id.")]
    public JsonElement Patient { get; init; }

    [JsonPropertyName("start_time"), Description("Start of the overlap.")]
    public required DateTimeOffset StartTime { get; init; }

    [JsonPropertyName("end_time"), Description("End of the overlap.")]
    public required DateTimeOffset EndTime { get; init; }
}

sealed record CommandFindingPayload
{
    [JsonPropertyName("target"), Description("Id of the command.")]
    public required string Target { get; init; }

    [JsonPropertyName("context"), Description("Note and patient, and the last fields of a command that was committed.")]
    public required CommandFindingContext Context { get; init; }

    [JsonPropertyName("command"), Description("Which kind of command, where it is known.")]
    public string? Command { get; init; }

    [JsonPropertyName("originated_at"), Description("When it came into its note, where that is known.")]
    public DateTimeOffset? OriginatedAt { get; init; }

    [JsonPropertyName("committed_at"), Description("When it was committed.")]
    public DateTimeOffset? CommittedAt { get; init; }

    [JsonPropertyName("duration_ms"), Description("From the one to the other, in milliseconds.")]
    public long? DurationMs { get; init; }

    [JsonPropertyName("edits"), Description("How often it was changed before it was committed.")]
    public int? Edits { get; init; }

    [JsonPropertyName("action"), Description("The action that stalled, or that cannot be.")]
    public string? Action { get; init; }

    [JsonPropertyName("since"), Description("When that action was announced or happened.")]
    public DateTimeOffset? Since { get; init; }

    [JsonPropertyName("reason"), Description("What is wrong, for people.")]
    public string? Reason { get; init; }
}

sealed record CommandFindingContext
{
    [JsonPropertyName("note"), Description("The note it stands in, by uuid.")]
    public JsonElement Note { get; init; }

    [JsonPropertyName("patient"), Description("The patient, by id.")]
    public JsonElement Patient { get; init; }

    [JsonPropertyName("fields"), Description("The command's fields.")]
    public JsonElement Fields { get; init; }
}

sealed record CanvasNotificationPayload
{
    [JsonPropertyName("canvas_patient_key"), Description("The patient: 32 hexadecimal digits.")]
    public string? PatientKey { get; init; }

    [JsonPropertyName("appointment_external_id"), Description("The appointment.")]
    public string? AppointmentId { get; init; }

    [JsonPropertyName("start_time"), Description("Start, ISO 8601 with offset; created and rescheduled only.")]
    public string? StartTime { get; init; }

    [JsonPropertyName("end_time"), Description("End, ISO 8601 with offset; created and rescheduled only.")]
    public string? EndTime { get; init; }

    [JsonPropertyName("created"), Description("The appointment was booked.")]
    public bool? Created { get; init; }

    [JsonPropertyName("rescheduled"), Description("The appointment replaces an earlier one.")]
    public bool? Rescheduled { get; init; }

    [JsonPropertyName("cancelled"), Description("The appointment was called off.")]
    public bool? Cancelled { get; init; }

    [JsonPropertyName("reverted"), Description("The appointment was brought back.")]
    public bool? Reverted { get; init; }

    [JsonPropertyName("no_show"), Description("The patient did not come.")]
    public bool? NoShow { get; init; }

    [JsonPropertyName("checked_in"), Description("The patient has arrived.")]
    public bool? CheckedIn { get; init; }
}

sealed record CarePortalsPayload
{
    [JsonPropertyName("_id"), Description("The document: 24 hexadecimal digits.")]
    public string? Id { get; init; }

    [JsonPropertyName("organization"), Description("The organization.")]
    public string? Organization { get; init; }

    [JsonPropertyName("status"), Description("The document's state.")]
    public string? Status { get; init; }

    [JsonPropertyName("customer"), Description("The customer: an object, or the id alone.")]
    public JsonElement Customer { get; init; }

    [JsonPropertyName("createdAt"), Description("When it was made, ISO 8601 in UTC.")]
    public string? CreatedAt { get; init; }

    [JsonPropertyName("updatedAt"), Description("When it last changed, ISO 8601 in UTC.")]
    public string? UpdatedAt { get; init; }
}

sealed record SmartFlowSheetPayload
{
    [JsonPropertyName("clinicApiKey"), JsonRequired, Description("Identifies the clinic. It is a secret of the clinic's.")]
    public string ClinicApiKey { get; init; } = "";

    [JsonPropertyName("eventType"), JsonRequired, Description("The event's name.")]
    public string EventType { get; init; } = "";

    [JsonPropertyName("object"), JsonRequired, Description("What the event is about.")]
    public Dictionary<string, JsonElement> Object { get; init; } = [];
}

[JsonSerializable(typeof(CanvasEventPayload))]
[JsonSerializable(typeof(CommandFindingPayload))]
[JsonSerializable(typeof(AppointmentConflictPayload))]
[JsonSerializable(typeof(CanvasNotificationPayload))]
[JsonSerializable(typeof(CarePortalsPayload))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(SmartFlowSheetPayload))]
sealed partial class PayloadJson : JsonSerializerContext;
