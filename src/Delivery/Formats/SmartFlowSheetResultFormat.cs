using System.Runtime.InteropServices;
using System.Text.Json;
using EventBus.Contracts;

namespace EventBus.Delivery.Formats;

/// <summary>
/// The outcome of an operation, as Smart Flow Sheet takes it (its API, version 3, "treatments"): <c>POST {base}/treatments</c> with the headers <c>emrApiKey</c>,
/// <c>clinicApiKey</c> and <c>timezoneName</c>. It answers 409 while it is at work on the operation, and 429 where it is asked too fast.
/// </summary>
sealed class SmartFlowSheetResultFormat : IDeliveryFormat
{
    const string ClinicKey = "clinicApiKey";
    const string Path = "/treatments";

    public string DefaultConsumer => DeliveringConsumers.Treatments;

    public IList<string> DefaultEvents => [EventTypes.EventBus.TreatmentRecordsProcessed];

    public bool FinalClientErrors => true;

    public IReadOnlyList<string> RequiredHeaders => ["emrApiKey", "timezoneName"];

    public Uri Address(Uri url)
    {
        ArgumentNullException.ThrowIfNull(url);
        var address = new UriBuilder(url);
        address.Path = address.Path.TrimEnd('/') is var path && path.EndsWith(Path, StringComparison.OrdinalIgnoreCase) ? path : path + Path;
        return address.Uri;
    }

    public DeliveryBody? Write(CloudEvent @event)
    {
        // A replay reports nothing: an operation has one result.
        if (@event is not { Replay: null, Type: EventTypes.EventBus.TreatmentRecordsProcessed, Data: { ValueKind: JsonValueKind.Object } data } || !data.TryGetProperty("object", out var operation))
        {
            return null;
        }

        return new DeliveryBody(JsonMarshal.GetRawUtf8Value(operation).ToArray(), "application/json")
        {
            Headers = PayloadPath.First(data, ClinicKey) is { } key ? new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { [ClinicKey] = key } : [],
        };
    }
}
