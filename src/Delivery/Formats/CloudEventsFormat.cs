using EventBus.Contracts;

namespace EventBus.Delivery.Formats;

/// <summary>The whole event, structured (CloudEvents HTTP binding 1.0.2, 3.2).</summary>
sealed class CloudEventsFormat : IDeliveryFormat
{
    public string DefaultConsumer => DeliveringConsumers.Webhooks;

    public IList<string> DefaultEvents => [];

    public DeliveryBody Write(CloudEvent @event) => new(EventJson.ToUtf8Bytes(ForEndpoints(@event)), "application/cloudevents+json; charset=utf-8");

    /// <summary>Who sent it, and who waits for an answer, is between the sender and the bus.</summary>
    static CloudEvent ForEndpoints(CloudEvent @event) => @event.Extensions.Keys.Any(IsOurs)
        ? @event with { Extensions = @event.Extensions.Where(e => !IsOurs(e.Key)).ToDictionary(StringComparer.Ordinal) }
        : @event;

    static bool IsOurs(string attribute) => attribute is Acceptance.PublisherName or CloudEvent.AnswerToName;
}
