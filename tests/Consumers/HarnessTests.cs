using EventBus.Consumers.Appointments;
using EventBus.Consumers.CommandLifecycle;
using EventBus.Consumers.Treatments;
using EventBus.Consumers.Webhooks;
using EventBus.Contracts;
using EventBus.Delivery;
using EventBus.Tests.Fixtures;
using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Tests.Consumers;

/// <summary>Each consumer by itself, in MassTransit's test harness, as another team would test its own.</summary>
public sealed class HarnessTests
{
    [Fact]
    public Task Appointments_delivers_to_its_endpoint() =>
        DeliversAsync<AppointmentsConsumer, AppointmentEvent>("Appointments", new AppointmentEvent { Source = "canvas", Type = EventTypes.Canvas.AppointmentCanceled });

    [Fact]
    public Task CommandLifecycle_delivers_to_its_endpoint() =>
        DeliversAsync<CommandLifecycleConsumer, CommandEvent>("CommandLifecycle", new CommandEvent { Source = "canvas", Type = EventTypes.Canvas.CommandPrescribePostCommit });

    [Fact]
    public Task Treatments_delivers_treatments_to_its_endpoint() =>
        DeliversAsync<TreatmentsConsumer, TreatmentEvent>("Treatments", new TreatmentEvent { Source = "smartflowsheet", Type = EventTypes.SmartFlowSheet.TreatmentRecordEntered });

    [Fact]
    public Task Treatments_delivers_hospitalizations_to_its_endpoint() =>
        DeliversAsync<TreatmentsConsumer, HospitalizationEvent>("Treatments", new HospitalizationEvent { Source = "smartflowsheet", Type = EventTypes.SmartFlowSheet.HospitalizationDischarged });

    [Fact]
    public Task Webhooks_delivers_any_family_to_its_endpoint() =>
        DeliversAsync<WebhooksConsumer, LeadEvent>("Webhooks", new LeadEvent { Source = "careportals", Type = EventTypes.CarePortals.LeadLost });

    [Fact]
    public async Task A_consumer_without_endpoints_takes_the_event()
    {
        await using var services = Services<AppointmentsConsumer>();
        var harness = services.GetRequiredService<ITestHarness>();
        await harness.Start();
        await harness.Bus.Publish(new AppointmentEvent { Source = "canvas", Type = EventTypes.Canvas.AppointmentCreated });
        Assert.True(await harness.GetConsumerHarness<AppointmentsConsumer>().Consumed.Any<AppointmentEvent>());
        Assert.False(await harness.Published.Any<Fault<AppointmentEvent>>());
    }

    static async Task DeliversAsync<TConsumer, TEvent>(string consumer, TEvent @event)
        where TConsumer : class, IConsumer
        where TEvent : CloudEvent
    {
        await using var receiver = await Receiver.StartAsync();
        await using var services = Services<TConsumer>(
            new("EventBus:Endpoints:0:Name", "mine"),
            new("EventBus:Endpoints:0:Url", receiver.Url.ToString()),
            new("EventBus:Endpoints:0:Events:0", "#"),
            new("EventBus:Endpoints:0:Consumer", consumer));
        var harness = services.GetRequiredService<ITestHarness>();
        await harness.Start();
        await harness.Bus.Publish(@event);
        Assert.True(await harness.GetConsumerHarness<TConsumer>().Consumed.Any());
        var delivery = Assert.Single(await receiver.UntilAsync(1));
        Assert.Equal(EventJson.ToUtf8Bytes(@event), delivery.Body);
    }

    static ServiceProvider Services<TConsumer>(params KeyValuePair<string, string?>[] settings)
        where TConsumer : class, IConsumer => new ServiceCollection()
            .AddLogging()
            .AddEventDelivery(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
            .AddMassTransitTestHarness(bus => bus.AddConsumer<TConsumer>())
            .BuildServiceProvider(validateScopes: true);
}
