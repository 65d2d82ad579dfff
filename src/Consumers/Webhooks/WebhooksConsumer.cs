using EventBus.Consumers.Hosting;
using EventBus.Contracts;
using EventBus.Delivery;
using MassTransit;

namespace EventBus.Consumers.Webhooks;

/// <summary>Delivers events of any family; it responds to what its endpoints ask for.</summary>
public sealed class WebhooksConsumer(EventDelivery delivery) : IConsumer<CloudEvent>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<CloudEvent> context) =>
        context.Record(await delivery.DeliverAsync(DeliveringConsumers.Webhooks, context.Message, context.CancellationToken));
}
