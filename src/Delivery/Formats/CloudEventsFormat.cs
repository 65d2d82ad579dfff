using EventBus.Contracts;

namespace EventBus.Delivery.Formats;

/// <summary>The whole event, structured (CloudEvents HTTP binding 1.0.2, 3.2).</summary>
sealed class CloudEventsFormat : IDeliveryFormat
{
    public string DefaultConsumer => DeliveringConsumers.Webhooks;

    public IList<string> DefaultEvents => [];

    public bool Covers(CloudEvent @event) => true;

    /// <summary>Who sent it, and who waits for an answer, is between the sender and the bus.</summary>
    public DeliveryBody Write(CloudEvent @event)
    {
        var shown = @event with { Acceptance = @event.Acceptance is { } acceptance ? acceptance with { Publisher = "" } : null };
        return new DeliveryBody(EventJson.ToUtf8Bytes(shown.WithExtension(CloudEvent.AnswerToName, null)), "application/cloudevents+json; charset=utf-8");
    }
}
