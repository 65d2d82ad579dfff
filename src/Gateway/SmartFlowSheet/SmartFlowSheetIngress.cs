using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EventBus.Contracts;
using EventBus.Gateway.Ingress;
using EventBus.Gateway.Keys;

namespace EventBus.Gateway.SmartFlowSheet;

/// <summary>Smart Flow Sheet: <c>{clinicApiKey, eventType, object}</c>. The key in the body is all that identifies the clinic.</summary>
sealed class SmartFlowSheetIngress : IIngress
{
    const string Source = "smartflowsheet";

    public Caller? Identify(HttpRequest request, KeyRing keys) => null;

    public IngressReading Read(IngressRequest request)
    {
        if (request.Body is not { ValueKind: JsonValueKind.Object } body)
        {
            throw Refusal.BadRequest("An event is a JSON object.", new FieldError("body", "is not an object"));
        }

        var caller = Identify(body, request.Keys);
        var name = Required(body, "eventType", "for instance treatment.record_entered");
        if (!body.TryGetProperty("object", out var subject) || subject.ValueKind != JsonValueKind.Object)
        {
            throw Refusal.BadRequest("An event has an object that it is about.", new FieldError("object", "is missing or not an object"));
        }

        return new IngressReading(
            [NativeEvent.Make(Source, Catalog.Place(Source, name), name, PayloadPath.First(body, Catalog.SubjectOf(Source, name)), caller.Tenant, body, request)],
            IsBatch: false,
            caller)
        {
            Operation = name == "treatments.records_entered" ? PayloadPath.First(subject, "id") : null,
        };
    }

    static Caller Identify(JsonElement body, KeyRing keys)
    {
        if (keys.IsOpen)
        {
            // Clinics stay apart on a machine without keys as well; the key itself travels nowhere but in the payload.
            var hash = SHA256.HashData(Encoding.UTF8.GetBytes(Required(body, "clinicApiKey", "it identifies the clinic")));
            return Caller.Local with { Tenant = $"clinic-{Convert.ToHexStringLower(hash.AsSpan(0, 6))}" };
        }

        return PayloadPath.First(body, "clinicApiKey") is { } key && keys.Find(key) is { } caller && caller.MaySendFor(Source)
            ? caller
            : throw new Refusal(StatusCodes.Status401Unauthorized, "The clinicApiKey is not one that may send here.");
    }

    static string Required(JsonElement body, string field, string hint) =>
        body.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String && PayloadPath.Text(value) is { } text
            ? text
            : throw Refusal.BadRequest("An event has clinicApiKey, eventType and object.", new FieldError(field, $"is missing or not a string with text in it; {hint}"));
}
