using EventBus.Consumers.Hosting;
using EventBus.Contracts;
using EventBus.Delivery;
using MassTransit;

namespace EventBus.Consumers.CommandLifecycle;

/// <summary>Follows commands through their life: delivers each step to the endpoints that ask for it.</summary>
[RespondsTo("*.command.#")]
public sealed class CommandLifecycleConsumer(EventDelivery delivery) : IConsumer<CommandEvent>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<CommandEvent> context) =>
        context.Record(await delivery.DeliverAsync(DeliveringConsumers.CommandLifecycle, context.Message, context.CancellationToken));
}
