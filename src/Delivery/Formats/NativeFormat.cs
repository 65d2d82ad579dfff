using System.Runtime.InteropServices;
using EventBus.Contracts;

namespace EventBus.Delivery.Formats;

/// <summary>The sender's own payload, byte for byte. An event without one has nothing to deliver.</summary>
sealed class NativeFormat : IDeliveryFormat
{
    public string DefaultConsumer => DeliveringConsumers.Webhooks;

    public IList<string> DefaultEvents => [];

    public DeliveryBody? Write(CloudEvent @event) => @event switch
    {
        { Data: { } data } => new DeliveryBody(JsonMarshal.GetRawUtf8Value(data).ToArray(), "application/json"),
        { DataBase64: { } base64 } => new DeliveryBody(Convert.FromBase64String(base64), @event.DataContentType ?? "application/octet-stream"),
        _ => null,
    };
}
