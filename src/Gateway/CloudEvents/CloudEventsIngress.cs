using System.Text.Json;
using EventBus.Contracts;
using EventBus.Gateway.Ingress;
using EventBus.Gateway.Keys;

namespace EventBus.Gateway.CloudEvents;

/// <summary>
/// CloudEvents over HTTP in all three modes
/// (<see href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md">HTTP binding 1.0.2</see>, 3).
/// </summary>
sealed class CloudEventsIngress(UnknownTypes unknownTypes) : IIngress
{
    const string Hint = "An event comes in structured mode (Content-Type: application/cloudevents+json), as a batch (application/cloudevents-batch+json), or in binary mode (ce-id, ce-source, ce-specversion and ce-type as headers, JSON as body).";

    enum Mode
    {
        Binary,
        Structured,
        Batch,
    }

    public Caller Identify(HttpRequest request, KeyRing keys) => keys.Identify(request);

    public void CheckContentType(HttpRequest request, bool hasBody)
    {
        var known = ModeOf(request) switch
        {
            Mode.Batch => IsOf(request, EventJson.BatchMediaType) && JsonBody.IsJson(request.ContentType),
            Mode.Structured => IsOf(request, EventJson.MediaType) && JsonBody.IsJson(request.ContentType),
            _ => JsonBody.IsJson(request.ContentType) || (!hasBody && string.IsNullOrEmpty(request.ContentType)),
        };
        if (!known)
        {
            throw Refusal.UnsupportedMediaType($"The body has to be JSON in UTF-8. {Hint}");
        }
    }

    public bool AllowsEmptyBody(HttpRequest request) => ModeOf(request) == Mode.Binary;

    public IngressReading Read(IngressRequest request)
    {
        switch (ModeOf(request.Http))
        {
            case Mode.Binary:
                return new IngressReading([Take(BinaryMode.Read(request.Http, request.Body), request, null)], IsBatch: false, request.Caller!) { HasOwnIds = true };
            case Mode.Structured:
                return new IngressReading([Take(EventReader.Read(request.Body!.Value), request, null)], IsBatch: false, request.Caller!) { HasOwnIds = true };
        }

        if (request.Body is not { ValueKind: JsonValueKind.Array } batch)
        {
            throw Refusal.BadRequest("A batch is an array of events.", new FieldError("body", "is not an array"));
        }

        return new IngressReading(Batch.Read(batch, (item, index) => Take(EventReader.Read(item), request, index)), IsBatch: true, request.Caller!) { HasOwnIds = true };
    }

    CloudEvent Take(EventReading reading, IngressRequest request, int? index)
    {
        if (reading.Event is not { } @event)
        {
            throw Refusal.BadRequest($"This is not a CloudEvent. {Hint}", [.. reading.Errors.Select(e => new FieldError(FieldName(e.Attribute, request), e.Detail, index))]);
        }

        var caller = request.Caller!;
        if (!caller.MaySendFor(@event.Source) || (caller.Tenant is not null && @event.Tenant is not null && @event.Tenant != caller.Tenant))
        {
            throw Refusal.Forbidden();
        }

        if (unknownTypes == UnknownTypes.Reject && Catalog.OfType(@event.Type).Count == 0)
        {
            throw Refusal.BadRequest("The type is not in the catalog, and this gateway takes no others (see /v1/catalog).", new FieldError(FieldName("type", request), "is not in the catalog", index));
        }

        return @event with
        {
            Subject = @event.Subject ?? NativeEvent.Printable(PayloadPath.First(@event.Data, Catalog.SubjectOf(@event.Type))),
            Tenant = caller.Tenant ?? @event.Tenant,
        };
    }

    static string FieldName(string attribute, IngressRequest request) =>
        attribute.Length == 0 ? "body"
        : ModeOf(request.Http) != Mode.Binary ? attribute
        : attribute == "datacontenttype" ? "Content-Type"
        : attribute == "data_base64" ? "body"
        : $"ce-{attribute}";

    /// <summary>By prefix, batches first, as the binding says (3, content modes).</summary>
    static Mode ModeOf(HttpRequest request) =>
        MediaType(request).StartsWith("application/cloudevents-batch", StringComparison.OrdinalIgnoreCase) ? Mode.Batch
        : MediaType(request).StartsWith("application/cloudevents", StringComparison.OrdinalIgnoreCase) ? Mode.Structured
        : Mode.Binary;

    static bool IsOf(HttpRequest request, string mediaType) => MediaType(request).Equals(mediaType, StringComparison.OrdinalIgnoreCase);

    /// <summary>Without parameters; whether the rest of the header is right is not its matter.</summary>
    static ReadOnlySpan<char> MediaType(HttpRequest request)
    {
        var text = request.ContentType.AsSpan();
        return (text.IndexOf(';') is >= 0 and var end ? text[..end] : text).Trim();
    }
}
