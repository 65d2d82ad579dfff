using System.Text.Json;
using EventBus.Contracts;
using EventBus.Gateway.Ingress;
using EventBus.Gateway.Keys;

namespace EventBus.Gateway.Canvas;

/// <summary>Canvas Medical: events, appointment notifications and change records, one or an array of them.</summary>
sealed class CanvasIngress : IIngress
{
    public const string Source = "canvas";

    static readonly string[] TypeKeys = ["EventType", "event_type", "type"];

    /// <summary>The flags of a notification, in the order in which they win: a rescheduled appointment is a created one as well.</summary>
    static readonly string[] Flags = ["rescheduled", "created", "cancelled", "reverted", "no_show", "checked_in"];

    public Caller Identify(HttpRequest request, KeyRing keys) => keys.Identify(request, Source);

    public IngressReading Read(IngressRequest request)
    {
        var body = request.Body!.Value;
        return body.ValueKind == JsonValueKind.Array
            ? new IngressReading(Batch.Read(body, (item, index) => ReadOne(item, request, index)), IsBatch: true, request.Caller!)
            : new IngressReading([ReadOne(body, request, null)], IsBatch: false, request.Caller!);
    }

    static CloudEvent? ReadOne(JsonElement item, IngressRequest request, int? index)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            throw Refusal.BadRequest("A Canvas event is a JSON object.", new FieldError("body", "is neither an object nor an array of objects", index));
        }

        if (item.TryGetProperty("field_changes", out var changes) && changes.ValueKind != JsonValueKind.Object)
        {
            throw Refusal.BadRequest("A change record is an object.", new FieldError("field_changes", "is not an object", index));
        }

        if (CanvasChangeRecord.Find(item) is { } record)
        {
            return ReadChange(item, record, request, index);
        }

        var isNotification = item.TryGetProperty("canvas_patient_key", out _) || item.TryGetProperty("appointment_external_id", out _);
        foreach (var key in TypeKeys)
        {
            // A notification's own fields win over a stray "type"; the two other spellings are Canvas's alone.
            if (item.TryGetProperty(key, out var name) && !(isNotification && key == "type"))
            {
                return ReadEvent(item, key, name, request, index);
            }
        }

        return isNotification
            ? ReadNotification(item, request, index)
            : throw Refusal.BadRequest(
                "This is neither a Canvas event (type, EventType or event_type), nor an appointment notification (canvas_patient_key, appointment_external_id), nor a change record (field_changes).",
                new FieldError("type", "is missing", index));
    }

    static CloudEvent ReadEvent(JsonElement item, string key, JsonElement name, IngressRequest request, int? index) =>
        PayloadPath.Text(name) is { } native && name.ValueKind == JsonValueKind.String
            ? Make(item, Catalog.Place(Source, native), native, native, request, index)
            : throw Refusal.BadRequest("The event's type is its name, for instance APPOINTMENT_CREATED.", new FieldError(key, "is not a string with text in it", index));

    static CloudEvent ReadNotification(JsonElement item, IngressRequest request, int? index)
    {
        var flag = Array.Find(Flags, f => item.TryGetProperty(f, out var value) && value.ValueKind == JsonValueKind.True);
        return Make(item, flag is null ? "canvas.appointment.other" : Catalog.Find(Source, flag)!.Type, flag, flag ?? "", request, index);
    }

    static CloudEvent? ReadChange(JsonElement item, CanvasChangeRecord record, IngressRequest request, int? index)
    {
        var model = record.ModelName
            ?? throw Refusal.BadRequest("A change record names the model that changed.", new FieldError("field_changes.model_name", "is missing", index));
        var type = record.Change switch
        {
            AppointmentChange.Created => EventTypes.Canvas.AppointmentCreated,
            AppointmentChange.Rescheduled => EventTypes.Canvas.AppointmentRescheduled,
            AppointmentChange.Canceled => EventTypes.Canvas.AppointmentCanceled,
            AppointmentChange.NoShowed => EventTypes.Canvas.AppointmentNoShowed,
            AppointmentChange.Restored => EventTypes.Canvas.AppointmentRestored,
            AppointmentChange.CheckedIn => EventTypes.Canvas.AppointmentCheckedIn,
            _ => null,
        };
        return type is null ? null : Make(item, type, model, model, request, index);
    }

    static CloudEvent Make(JsonElement item, string type, string? nativeType, string name, IngressRequest request, int? index) =>
        NativeEvent.Make(Source, type, nativeType, PayloadPath.First(item, Catalog.SubjectOf(Source, name)), request.Caller!.Tenant, item, request, index);
}
