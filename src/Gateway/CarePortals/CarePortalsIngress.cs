using System.Text.Json;
using System.Text.RegularExpressions;
using EventBus.Contracts;
using EventBus.Gateway.Ingress;
using EventBus.Gateway.Keys;

namespace EventBus.Gateway.CarePortals;

/// <summary>CarePortals: the bare document, or a customer's template of it; the event's name stands in the address.</summary>
sealed partial class CarePortalsIngress : IIngress
{
    const string Source = "careportals";

    public Caller Identify(HttpRequest request, KeyRing keys) => keys.Identify(request, Source);

    public IngressReading Read(IngressRequest request)
    {
        var name = request.Http.RouteValues["event"] as string ?? "";
        if (!Name().IsMatch(name))
        {
            throw Refusal.BadRequest(
                "The address ends in the event's name, for instance /v1/careportals/order.created.",
                new FieldError("event", "is not 1 to 100 characters of A-Z, a-z, 0-9, dot, underscore and hyphen"));
        }

        if (request.Body is not { ValueKind: JsonValueKind.Object } document)
        {
            throw Refusal.BadRequest("A CarePortals document is a JSON object.", new FieldError("body", "is not an object"));
        }

        var type = Catalog.Place(Source, name);
        return new IngressReading(
            [NativeEvent.Make(Source, type, name, PayloadPath.First(document, Catalog.SubjectOf(Source, name)), request.Caller!.Tenant, document, request)],
            IsBatch: false, request.Caller!);
    }

    [GeneratedRegex(@"^[A-Za-z0-9._-]{1,100}\z", RegexOptions.None, 1000)]
    private static partial Regex Name();
}
