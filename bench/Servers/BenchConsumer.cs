using EventBus.Bench.Load;
using EventBus.Consumers.Hosting;
using EventBus.Contracts;
using MassTransit;

namespace EventBus.Bench.Servers;

/// <summary>A consumer that only counts.</summary>
[RespondsTo("*.appointment.#")]
sealed class BenchConsumer(OrderCheck check) : IConsumer<AppointmentEvent>
{
    public Task Consume(ConsumeContext<AppointmentEvent> context)
    {
        check.Note(OrderedId.Parse(context.Message.Id));
        return Task.CompletedTask;
    }
}
