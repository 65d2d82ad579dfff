using EventBus.Contracts;

namespace EventBus.Delivery.Formats;

/// <summary>The whole event, structured (CloudEvents HTTP binding 1.0.2, 3.2).</summary>
sealed class CloudEventsFormat : IDeliveryFormat
{
    public string DefaultConsumer => DeliveringConsumers.Webhooks;

    public IList<string> DefaultEvents => [];

    public DeliveryBody Write(CloudEvent @event) => new(EventJson.ToUtf8Bytes(WithoutPublisher(@event)), "application/cloudevents+json; charset=utf-8");

    /// <summary>Who sent it is between the sender and the bus.</summary>
    static CloudEvent WithoutPublisher(CloudEvent @event) => @event.Extensions.ContainsKey(Acceptance.PublisherName)
        ? @event with { Extensions = @event.Extensions.Where(e => e.Key != Acceptance.PublisherName).ToDictionary(StringComparer.Ordinal) }
        : @event;
}
