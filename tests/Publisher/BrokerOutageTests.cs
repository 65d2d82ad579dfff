using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json;
using EventBus.Contracts;
using EventBus.Publisher;
using EventBus.TestServices;
using EventBus.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Tests.Publisher;

/// <summary>What senders see while the broker is away, on a node of its own that is killed and started again.</summary>
public sealed class BrokerOutageTests
{
    [Fact]
    public async Task While_the_broker_is_away_events_are_taken_and_afterwards_they_arrive_in_their_order()
    {
        await using var node = await RabbitMqServer.StartAsync(CancellationToken.None);
        var collector = new Collector();
        await using var host = await StartAsync(node, collector);
        await TakenAsync(host, "before");
        await collector.UntilAsync(1);

        await node.SyncAsync();
        await node.StopAsync();
        var start = Stopwatch.GetTimestamp();
        await TakenAsync(host, "during-0");

        // The one promise about time that senders have: an answer within five seconds.
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 5);
        await Eventually.TrueAsync(async () => await host.HealthAsync() == "Degraded", "the host says that the broker is away");
        Assert.Equal(HttpStatusCode.OK, (await host.Http.GetAsync("/health/ready")).StatusCode);
        for (var i = 1; i < 50; i++)
        {
            await TakenAsync(host, $"during-{i}");
        }

        // Sent again it is the same event.
        await TakenAsync(host, "during-7");
        await node.RestartAsync();
        var sent = 0;
        await Eventually.TrueAsync(
            async () =>
            {
                await TakenAsync(host, $"after-{sent++}");
                return await host.HealthAsync() == "Healthy";
            },
            "the host is well again");
        await Eventually.TrueAsync(() => collector.Events.Any(e => e.Id == $"after-{sent - 1}"), "the last one reaches the consumer");
        Assert.Equal(
            ["before", .. Enumerable.Range(0, 50).Select(i => $"during-{i}"), .. Enumerable.Range(0, sent).Select(i => $"after-{i}")],
            collector.Events.Select(e => e.Id));
    }

    [Fact]
    public async Task What_waits_in_the_spool_arrives_after_a_restart_of_the_gateway_and_the_sequence_goes_on()
    {
        await using var node = await RabbitMqServer.StartAsync(CancellationToken.None);
        var virtualHost = await node.CreateVirtualHostAsync(CancellationToken.None);
        using var data = new TempDirectory();
        var collector = new Collector();
        void Configure(BusHostBuilder b) => b.With("EventBus:DataDirectory", data.FullName).WithService(collector).WithConsumer<CollectingConsumer>();
        await using (var host = await BusHost.StartAsync(BusHost.Broker(node.AmqpUri, virtualHost), Configure))
        {
            await TakenAsync(host, "first");
            await collector.UntilAsync(1);
            await node.SyncAsync();
            await node.StopAsync();
            for (var i = 0; i < 20; i++)
            {
                await TakenAsync(host, $"kept-{i}");
            }
        }

        await node.RestartAsync();
        await using (var host = await BusHost.StartAsync(BusHost.Broker(node.AmqpUri, virtualHost), Configure))
        {
            await TakenAsync(host, "last");
            await collector.UntilAsync(22);
        }

        Assert.Equal(["first", .. Enumerable.Range(0, 20).Select(i => $"kept-{i}"), "last"], collector.Events.Select(e => e.Id));
        var sequences = collector.Events.Select(e => e.Acceptance!.Sequence).ToList();
        Assert.Equal(sequences.Order(), sequences);
    }

    [Fact]
    public async Task A_full_spool_refuses_with_503_and_says_so()
    {
        await using var node = await RabbitMqServer.StartAsync(CancellationToken.None);
        var collector = new Collector();
        await using var host = await StartAsync(node, collector, b => b.With("EventBus:Gateway:SpoolMaxBytes", "1048576"));

        // A quorum queue that has never held a message may not outlive the kill.
        await TakenAsync(host, "before");
        await collector.UntilAsync(1);
        await node.SyncAsync();
        await node.StopAsync();
        var taken = 0;
        HttpResponseMessage response;
        while ((response = await SendAsync(host, $"{taken}", new string('x', 300_000))).StatusCode == HttpStatusCode.Accepted)
        {
            taken++;
        }

        Assert.Equal(3, taken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.True(response.Headers.RetryAfter!.Delta > TimeSpan.Zero);
        await node.RestartAsync();
        await collector.UntilAsync(4);

        // What was refused is no success of the past: sent again, it comes.
        await Eventually.TrueAsync(async () => (await SendAsync(host, "3", new string('x', 300_000))).StatusCode == HttpStatusCode.Accepted, "it is taken now");
        await collector.UntilAsync(5);
        Assert.Equal(["before", "0", "1", "2", "3"], collector.Events.Select(e => e.Id));
    }

    [Fact]
    public async Task A_restart_under_load_loses_nothing_that_was_accepted()
    {
        await using var node = await RabbitMqServer.StartAsync(CancellationToken.None);
        var collector = new Collector();
        await using var host = await StartAsync(node, collector);
        await node.SyncAsync();
        var accepted = new ConcurrentQueue<string>();
        using var stop = new CancellationTokenSource();
        var senders = Enumerable.Range(0, 8).Select(sender => Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                var id = $"{sender}-{i}";
                using var response = await SendAsync(host, id);
                Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
                accepted.Enqueue(id);
            }
        })).ToList();

        await Eventually.TrueAsync(() => accepted.Count > 200, "there is load");
        await node.StopAsync();
        await Eventually.TrueAsync(async () => await host.HealthAsync() == "Degraded", "the outage is felt");
        await node.RestartAsync();
        var atRestart = accepted.Count;
        await Eventually.TrueAsync(() => accepted.Count > atRestart + 200, "events are taken again");
        await stop.CancelAsync();
        await Task.WhenAll(senders);

        var lost = new List<string>();
        await Eventually.TrueAsync(
            () =>
            {
                var received = collector.Events.Select(e => e.Id).ToHashSet(StringComparer.Ordinal);
                lost = [.. accepted.Where(id => !received.Contains(id))];
                return lost.Count == 0;
            },
            "everything that was accepted has arrived");
        Assert.Empty(lost);
    }

    [Fact]
    public async Task A_broker_that_ends_while_much_is_written_to_it_is_connected_to_again()
    {
        await using var node = await RabbitMqServer.StartAsync(CancellationToken.None);
        var collector = new Collector();
        await using var host = await StartAsync(node, collector);
        var publisher = host.Services.GetRequiredService<IEventPublisher>();
        var data = JsonSerializer.SerializeToElement(new string('x', 10_000));
        OrderEvent Event(string id) => new() { Id = id, Source = "/test", Type = "test.order.created", Subject = id, Data = data };
        await publisher.PublishAsync(Event("first"));
        await node.SyncAsync();
        var writing = Enumerable.Range(0, 5000).Select(i => publisher.PublishAsync(Event($"{i}"))).ToList();
        await Task.WhenAny(writing);
        await node.StopAsync();

        // Some are confirmed, and the others fail; none waits for ever.
        await Task.WhenAll(writing.Select(w => w.ContinueWith(_ => { }, TaskScheduler.Default)));
        Assert.All(writing.Where(w => w.IsFaulted), w => Assert.IsType<EventPublishException>(w.Exception!.InnerException));

        await node.RestartAsync();
        await UntilPublishedAsync(publisher, Event("last"), "the broker is connected to again");
        await Eventually.TrueAsync(() => collector.Events.Any(e => e.Id == "last"), "and received from");
    }

    [Fact]
    public async Task What_nobody_waits_for_any_more_is_not_sent_afterwards()
    {
        await using var node = await RabbitMqServer.StartAsync(CancellationToken.None);
        var collector = new Collector();
        await using var host = await StartAsync(node, collector, b => b.With("EventBus:Publisher:Timeout", "00:00:00.5"));
        var publisher = host.Services.GetRequiredService<IEventPublisher>();
        static OrderEvent Event(string id) => new() { Id = id, Source = "/test", Type = "test.order.created", Subject = "s" };
        await publisher.PublishAsync(Event("first"));
        await collector.UntilAsync(1);
        await node.SyncAsync();
        await node.StopAsync();
        for (var i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<EventPublishException>(() => publisher.PublishAsync(Event($"given-up-{i}")));
        }

        await node.RestartAsync();
        await UntilPublishedAsync(publisher, Event("last"), "the broker takes events again");
        await Eventually.TrueAsync(() => collector.Events.Any(e => e.Id == "last"), "the last one has come");
        Assert.Equal(["first", "last"], collector.Events.Select(e => e.Id).Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_was_not_confirmed_when_a_connection_ended_is_sent_again_in_its_order_while_its_sender_waits()
    {
        await using var node = await RabbitMqServer.StartAsync(CancellationToken.None);
        var collector = new Collector();
        await using var host = await StartAsync(node, collector, b => b.With("EventBus:Publisher:Timeout", "00:01:00"));
        var publisher = host.Services.GetRequiredService<IEventPublisher>();
        var closing = node.CloseConnectionsAsync(5, TimeSpan.FromMilliseconds(200));
        var sent = new List<Task>();
        while (!closing.IsCompleted)
        {
            sent.Add(publisher.PublishAsync(new OrderEvent { Id = $"{sent.Count}", Source = "/test", Type = "test.order.created", Subject = "s" }));
            await Task.Yield();
            if (sent.Count % 200 == 0)
            {
                await sent[^1];

                // They are of one subject, and handled one after the other; what the broker takes meanwhile would take minutes.
                await Eventually.TrueAsync(() => sent.Count - collector.Events.Count < 2_000, "the consumer has caught up");
            }
        }

        await closing;
        await Task.WhenAll(sent);
        await Eventually.TrueAsync(() => collector.Events.DistinctBy(e => e.Id, StringComparer.Ordinal).Count() == sent.Count, "all have come");
        Assert.Equal(Enumerable.Range(0, sent.Count).Select(i => $"{i}"), collector.Events.Select(e => e.Id).Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_exchange_that_somebody_deletes_is_there_again_when_the_next_event_comes()
    {
        await using var node = await RabbitMqServer.StartAsync(CancellationToken.None);
        var virtualHost = await node.CreateVirtualHostAsync(CancellationToken.None);
        await using var host = await BusHost.StartAsync(BusHost.Broker(node.AmqpUri, virtualHost));
        var publisher = host.Services.GetRequiredService<IEventPublisher>();
        static OrderEvent Event() => new() { Source = "/test", Type = "test.order.created" };
        await publisher.PublishAsync(Event());
        await using (var connection = await new RabbitMQ.Client.ConnectionFactory { Uri = new Uri(node.AmqpUri), VirtualHost = virtualHost }.CreateConnectionAsync())
        await using (var channel = await connection.CreateChannelAsync())
        {
            await channel.ExchangeDeleteAsync("eventbus.order");
        }

        await publisher.PublishAsync(Event());
    }

    [Fact]
    public async Task A_process_whose_connections_end_while_it_declares_its_queues_receives_from_all_of_them_afterwards()
    {
        await using var node = await RabbitMqServer.StartAsync(CancellationToken.None);
        for (var round = 1; round <= 2; round++)
        {
            var closing = node.CloseConnectionsAsync(40, TimeSpan.FromMilliseconds(50 * round));
            var collector = new Collector();
            await using var host = await StartAsync(node, collector, b => b.WithConsumers());
            await closing;
            for (var i = 0; i < 40; i++)
            {
                await TakenAsync(host, $"{i}", subject: $"{i}");
            }

            await Eventually.TrueAsync(() => collector.Events.DistinctBy(e => e.Id, StringComparer.Ordinal).Count() == 40, "what each partition is sent has come");
        }
    }

    static async Task<BusHost> StartAsync(RabbitMqServer node, Collector collector, Action<BusHostBuilder>? configure = null) => await BusHost.StartAsync(
        BusHost.Broker(node.AmqpUri, await node.CreateVirtualHostAsync(CancellationToken.None)),
        b =>
        {
            b.WithService(collector).WithConsumer<CollectingConsumer>();
            configure?.Invoke(b);
        });

    static Task UntilPublishedAsync(IEventPublisher publisher, OrderEvent @event, string what) => Eventually.TrueAsync(
        async () =>
        {
            try
            {
                await publisher.PublishAsync(@event);
                return true;
            }
            catch (EventPublishException)
            {
                return false;
            }
        },
        what);

    static async Task TakenAsync(BusHost host, string id, string subject = "o")
    {
        using var response = await SendAsync(host, id, subject: subject);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    static Task<HttpResponseMessage> SendAsync(BusHost host, string id, string data = "", string subject = "o") => host.PostAsync(
        "/v1/events", $$"""{"specversion":"1.0","id":"{{id}}","source":"/test","type":"test.order.created","subject":"{{subject}}","data":"{{data}}"}""", EventJson.MediaType);
}
