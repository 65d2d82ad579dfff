using System.Diagnostics;
using System.Text.Json;
using EventBus.Contracts;
using EventBus.Gateway.Spooling;
using EventBus.Publisher;
using EventBus.Publisher.Topology;
using EventBus.Publisher.Transport;
using EventBus.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EventBus.Tests.Publisher;

public sealed class EventPublisherTests(RabbitMqFixture broker)
{
    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task Published_events_reach_consumers_as_they_were(TestTransport transport)
    {
        var collector = new Collector();
        await using var host = await BusHost.StartAsync(transport, broker, b => b.WithService(collector).WithConsumer<CollectingConsumer>());
        var publisher = host.Services.GetRequiredService<IEventPublisher>();
        var one = new OrderEvent { Source = "/shop", Type = "shop.order.created", Subject = "o-1", Data = JsonSerializer.SerializeToElement(new { Total = 9.90m }) };
        var batch = Enumerable.Range(0, 250).Select(i => new TaskEvent { Source = "/shop", Type = "shop.task.created", Subject = $"t-{i}" }).ToList();
        await publisher.PublishAsync(one);
        await publisher.PublishAsync(batch);

        var received = (await collector.UntilAsync(251)).ToDictionary(e => e.Id, StringComparer.Ordinal);
        Assert.Equal("""{"Total":9.90}""", received[one.Id].Data!.Value.GetRawText());
        Assert.Equal(batch.Select(e => e.Subject).Order(StringComparer.Ordinal), received.Values.OfType<TaskEvent>().Select(e => e.Subject).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_event_whose_id_is_longer_than_AMQP_allows_arrives_and_holds_up_nobody()
    {
        var collector = new Collector();
        await using var host = await BusHost.StartAsync(TestTransport.RabbitMq, broker, b => b.WithService(collector).WithConsumer<CollectingConsumer>());
        var publisher = host.Services.GetRequiredService<IEventPublisher>();
        var ids = new[] { new string('x', 255), new string('y', 256), new string('ä', 128), new string('z', 100_000), "short" };
        await Task.WhenAll(ids.Select(id => publisher.PublishAsync(new OrderEvent { Id = id, Source = "/shop", Type = "shop.order.created" })));
        Assert.Equal(ids.Order(StringComparer.Ordinal), (await collector.UntilAsync(ids.Length)).Select(e => e.Id).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_batch_with_a_wrong_event_publishes_none()
    {
        var collector = new Collector();
        await using var host = await BusHost.StartInMemoryAsync(b => b.WithService(collector).WithConsumer<CollectingConsumer>());
        var publisher = host.Services.GetRequiredService<IEventPublisher>();
        var good = new OrderEvent { Source = "/shop", Type = "shop.order.created" };
        var wrongFamily = new OrderEvent { Source = "/shop", Type = "shop.task.created" };
        var noSource = new OrderEvent { Source = "", Type = "shop.order.created" };
        Assert.Contains("TaskEvent", (await Assert.ThrowsAsync<ArgumentException>(() => publisher.PublishAsync([good, wrongFamily]))).Message, StringComparison.Ordinal);
        Assert.Contains("source", (await Assert.ThrowsAsync<ArgumentException>(() => publisher.PublishAsync([good, noSource]))).Message, StringComparison.Ordinal);
        var marker = new OrderEvent { Source = "/shop", Type = "shop.order.created" };
        await publisher.PublishAsync(marker);
        await Eventually.TrueAsync(() => collector.Events.Any(e => e.Id == marker.Id), "the marker has come");
        Assert.Single(collector.Events);
    }

    [Fact]
    public async Task Of_a_batch_it_is_said_which_events_the_broker_did_not_take_and_none_of_their_subjects_goes_on()
    {
        const string full = "shop.order.full";
        await using var host = await BusHost.StartAsync(TestTransport.RabbitMq, broker);
        var publisher = host.Services.GetRequiredService<IEventPublisher>();
        OrderEvent Event(string subject, string type = "shop.order.created") => new() { Source = "/shop", Type = type, Subject = subject };
        await publisher.PublishAsync(Event("first"));
        await using var connection = await host.Services.GetRequiredService<IOptions<RabbitMqOptions>>().Value.ConnectAsync("test", CancellationToken.None);
        await using var channel = await connection.CreateChannelAsync();
        await channel.QueueDeclareAsync(
            "full", durable: true, exclusive: false, autoDelete: false,
            new Dictionary<string, object?>(StringComparer.Ordinal) { ["x-max-length"] = 0, ["x-overflow"] = "reject-publish" });
        await channel.QueueBindAsync("full", TopologyNames.RouteExchange(Family.Of(full)), full);

        var refused = await Assert.ThrowsAsync<EventPublishException>(() => publisher.PublishAsync([Event("a"), Event("b", full), Event("c"), Event("b")]));
        Assert.Equal([1], refused.Unconfirmed);

        List<OrderEvent> events = [Event("a"), Event("b"), Event("b", full), Event("a"), Event("b"), new() { Source = "", Type = full, Subject = "c" }];
        var (left, failure) = await publisher.PublishAsync(events, e => e, CancellationToken.None);
        Assert.Equal([events[2], events[4], events[5]], left);
        Assert.NotNull(failure);
    }

    [Fact]
    public async Task An_event_carries_the_trace_that_caused_it()
    {
        var collector = new Collector();
        await using var host = await BusHost.StartInMemoryAsync(b => b.WithService(collector).WithConsumer<CollectingConsumer>());
        using var activity = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();
        await host.Services.GetRequiredService<IEventPublisher>().PublishAsync(new OrderEvent { Source = "/shop", Type = "shop.order.created" });
        Assert.Equal(activity.Id, (await collector.UntilAsync(1))[0].TraceParent);
    }

    [Fact]
    public async Task MassTransit_reports_no_usage_to_its_makers()
    {
        await using var host = await BusHost.StartInMemoryAsync();
        Assert.DoesNotContain(host.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>(), s => s.GetType().Name.Contains("Usage", StringComparison.OrdinalIgnoreCase));
    }
}
