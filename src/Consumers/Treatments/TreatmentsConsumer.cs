using EventBus.Consumers.Hosting;
using EventBus.Contracts;
using EventBus.Delivery;
using MassTransit;

namespace EventBus.Consumers.Treatments;

/// <summary>Follows what a flow sheet records: treatments and hospitalizations, delivered to the endpoints that ask for them.</summary>
[RespondsTo("*.treatment.#", "*.hospitalization.#")]
public sealed class TreatmentsConsumer(EventDelivery delivery) : IConsumer<TreatmentEvent>, IConsumer<HospitalizationEvent>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<TreatmentEvent> context) => DeliverAsync(context, context.Message);

    /// <inheritdoc/>
    public Task Consume(ConsumeContext<HospitalizationEvent> context) => DeliverAsync(context, context.Message);

    async Task DeliverAsync(ConsumeContext context, CloudEvent @event) =>
        context.Record(await delivery.DeliverAsync(DeliveringConsumers.Treatments, @event, context.CancellationToken));
}
