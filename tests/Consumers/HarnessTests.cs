using EventBus.Consumers.Hosting;
using EventBus.Contracts;
using EventBus.Tests.Fixtures;
using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Tests.Consumers;

/// <summary>A consumer of the kit is a plain one of MassTransit's, so its test harness tests it, as another team would.</summary>
public sealed class HarnessTests
{
    [Fact]
    public async Task A_consumer_takes_the_contracts_of_its_family()
    {
        var collector = new Collector();
        await using var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(collector)
            .AddMassTransitTestHarness(bus => bus.AddConsumer<RecordingConsumer>())
            .BuildServiceProvider(validateScopes: true);
        var harness = services.GetRequiredService<ITestHarness>();
        await harness.Start();
        await harness.Bus.Publish(new AppointmentEvent { Source = "canvas", Type = EventTypes.Canvas.AppointmentCreated });
        Assert.True(await harness.GetConsumerHarness<RecordingConsumer>().Consumed.Any<AppointmentEvent>());
        Assert.False(await harness.Published.Any<Fault<AppointmentEvent>>());
        Assert.Single(collector.Events);
    }
}

/// <summary>Says what became of the event.</summary>
[RespondsTo("*.appointment.#")]
sealed class RecordingConsumer(Collector collector) : IConsumer<AppointmentEvent>
{
    public Task Consume(ConsumeContext<AppointmentEvent> context)
    {
        collector.Events.Enqueue(context.Message);
        context.Record(EventOutcome.Filtered);
        return Task.CompletedTask;
    }
}
