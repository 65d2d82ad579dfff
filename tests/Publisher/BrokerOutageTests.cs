using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using EventBus.Contracts;
using EventBus.TestServices;
using EventBus.Tests.Fixtures;

namespace EventBus.Tests.Publisher;

/// <summary>What senders see while the broker is away, on a node of its own that is killed and started again.</summary>
public sealed class BrokerOutageTests
{
    [Fact]
    public async Task While_the_broker_is_away_senders_get_503_and_afterwards_it_works_again_by_itself()
    {
        await using var node = await RabbitMqServer.StartAsync(CancellationToken.None);
        var collector = new Collector();
        await using var host = await BusHost.StartAsync(
            BusHost.Broker(node.AmqpUri, await node.CreateVirtualHostAsync(CancellationToken.None)),
            b => b.WithService(collector).WithConsumer<CollectingConsumer>());
        using (var before = await SendAsync(host, "before"))
        {
            Assert.Equal(HttpStatusCode.Accepted, before.StatusCode);
        }

        await node.StopAsync();
        await Eventually.TrueAsync(async () => (await host.Http.GetAsync("/health/ready")).StatusCode == HttpStatusCode.ServiceUnavailable, "the host says that it is not ready");
        Assert.Equal(HttpStatusCode.OK, (await host.Http.GetAsync("/health/live")).StatusCode);
        var start = Stopwatch.GetTimestamp();
        using (var during = await SendAsync(host, "during"))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, during.StatusCode);
            Assert.True(during.Headers.RetryAfter!.Delta > TimeSpan.Zero);

            // The one promise about time that senders have: an answer within five seconds.
            Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 5);
        }

        await node.RestartAsync();
        await Eventually.TrueAsync(async () => (await host.Http.GetAsync("/health/ready")).IsSuccessStatusCode, "the host is ready again");
        await Eventually.TrueAsync(
            async () =>
            {
                using var after = await SendAsync(host, "after");
                return after.StatusCode == HttpStatusCode.Accepted;
            },
            "an event is taken again");
        await Eventually.TrueAsync(() => collector.Events.Any(e => e.Id == "after"), "it reaches the consumer");
    }

    [Fact]
    public async Task A_restart_under_load_loses_nothing_that_was_accepted()
    {
        await using var node = await RabbitMqServer.StartAsync(CancellationToken.None);
        var collector = new Collector();
        await using var host = await BusHost.StartAsync(
            BusHost.Broker(node.AmqpUri, await node.CreateVirtualHostAsync(CancellationToken.None)),
            b => b.WithService(collector).WithConsumer<CollectingConsumer>());
        var accepted = new ConcurrentQueue<string>();
        var refused = 0;
        using var stop = new CancellationTokenSource();
        var senders = Enumerable.Range(0, 8).Select(sender => Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                var id = $"{sender}-{i}";
                using var response = await SendAsync(host, id);
                if (response.StatusCode == HttpStatusCode.Accepted)
                {
                    accepted.Enqueue(id);
                }
                else
                {
                    Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
                    Interlocked.Increment(ref refused);
                }
            }
        })).ToList();

        await Eventually.TrueAsync(() => accepted.Count > 200, "there is load");
        await node.StopAsync();
        await Eventually.TrueAsync(() => refused > 0, "the outage is felt");
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

    static Task<HttpResponseMessage> SendAsync(BusHost host, string id) => host.PostAsync(
        "/v1/events", $$"""{"specversion":"1.0","id":"{{id}}","source":"/test","type":"test.order.created","subject":"o-{{id}}"}""", EventJson.MediaType);
}
