using EventBus.Consumers.Hosting;
using EventBus.Contracts;
using EventBus.Delivery;
using MassTransit;

namespace EventBus.Consumers.Appointments;

/// <summary>Follows appointments: delivers their changes to the endpoints that ask for them.</summary>
[RespondsTo("*.appointment.#")]
public sealed class AppointmentsConsumer(EventDelivery delivery) : IConsumer<AppointmentEvent>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<AppointmentEvent> context) =>
        context.Record(await delivery.DeliverAsync(DeliveringConsumers.Appointments, context.Message, context.CancellationToken));
}
