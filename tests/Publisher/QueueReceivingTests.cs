using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using EventBus.Contracts;
using EventBus.Publisher;
using EventBus.Publisher.Transport;
using EventBus.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Tests.Publisher;

/// <summary>What comes from a queue is handed on in its order, and acknowledged when it is taken, never before.</summary>
public sealed class QueueReceivingTests(RabbitMqFixture broker)
{
    const string Queue = "tests.receiving";

    [Fact]
    public async Task Messages_are_handed_on_in_their_order_and_leave_the_queue()
    {
        var virtualHost = await (await broker.GetAsync()).CreateVirtualHostAsync(CancellationToken.None);
        var receiver = new Receiver(_ => Task.CompletedTask);
        await using var host = await StartAsync(virtualHost, receiver);
        await PublishAsync(host, 5_000);

        await Eventually.TrueAsync(() => receiver.Came.Count >= 5_000, "all have come");
        Assert.Equal(Ids(0, 5_000), receiver.Came);
        await UntilAcknowledgedAsync(virtualHost, 5_000);
    }

    [Fact]
    public async Task What_is_not_taken_is_not_acknowledged_though_what_came_after_it_is_taken()
    {
        var virtualHost = await (await broker.GetAsync()).CreateVirtualHostAsync(CancellationToken.None);
        var held = new TaskCompletionSource();
        var receiver = new Receiver(id => id == "5" ? held.Task : Task.CompletedTask);
        await using (var host = await StartAsync(virtualHost, receiver))
        {
            await PublishAsync(host, 20);
            await Eventually.TrueAsync(() => receiver.Came.Count >= 20, "all have come");
            await UntilAcknowledgedAsync(virtualHost, 5);
        }

        receiver = new Receiver(_ => Task.CompletedTask);
        await using (await StartAsync(virtualHost, receiver))
        {
            await UntilAcknowledgedAsync(virtualHost, 20);
            Assert.Equal(Ids(5, 15), receiver.Came);
        }
    }

    [Fact]
    public async Task What_fails_comes_again_and_nothing_else_does()
    {
        var virtualHost = await (await broker.GetAsync()).CreateVirtualHostAsync(CancellationToken.None);
        var failed = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        var receiver = new Receiver(async id =>
        {
            await Task.Yield();
            if (id is "0" or "7" or "19" && failed.TryAdd(id, true))
            {
                throw new InvalidOperationException("not taken");
            }
        });
        await using var host = await StartAsync(virtualHost, receiver);
        await PublishAsync(host, 20);

        await Eventually.TrueAsync(() => receiver.Came.Count >= 23, "three have come twice");
        await UntilAcknowledgedAsync(virtualHost, 20);
        Assert.Equal(Ids(0, 20).Concat(["0", "7", "19"]).Order(StringComparer.Ordinal), receiver.Came.Order(StringComparer.Ordinal));
    }

    /// <summary>The broker cancels the consumer then, and the next one may go on in the same channel.</summary>
    [Fact]
    public async Task After_a_queue_was_deleted_what_comes_into_the_new_one_is_acknowledged_too()
    {
        var node = await broker.GetAsync();
        var virtualHost = await node.CreateVirtualHostAsync(CancellationToken.None);
        var receiver = new Receiver(_ => Task.CompletedTask);
        await using var host = await StartAsync(virtualHost, receiver);
        await PublishAsync(host, 7);
        await UntilAcknowledgedAsync(virtualHost, 7);

        using (var deleted = await node.Management.DeleteAsync(new Uri($"api/queues/{virtualHost}/{Queue}", UriKind.Relative)))
        {
            Assert.True(deleted.IsSuccessStatusCode);
        }

        await Eventually.TrueAsync(async () => await Queues.ConsumersAsync(node, virtualHost, Queue) == 1, "the queue is there again");
        await PublishAsync(host, 300);
        await UntilAcknowledgedAsync(virtualHost, 300);
        Assert.Equal(Ids(0, 7).Concat(Ids(0, 300)), receiver.Came);
    }

    async Task<BusHost> StartAsync(string virtualHost, Receiver receiver) => await BusHost.StartAsync(
        BusHost.Broker((await broker.GetAsync()).AmqpUri, virtualHost), b => b.WithService(new EventQueue(Queue, QueueSource.Everything, _ => [], _ => receiver)));

    static async Task PublishAsync(BusHost host, int count) => await host.Services.GetRequiredService<IEventPublisher>().PublishAsync(
        [.. Enumerable.Range(0, count).Select(i => new OrderEvent { Id = $"{i}", Source = "/shop", Type = "shop.order.created", Subject = "o-1" })]);

    static IEnumerable<string> Ids(int first, int count) => Enumerable.Range(first, count).Select(i => $"{i}");

    async Task UntilAcknowledgedAsync(string virtualHost, int messages)
    {
        var management = (await broker.GetAsync()).Management;
        await Eventually.TrueAsync(
            async () => (await management.GetFromJsonAsync<JsonElement>(new Uri($"api/queues/{virtualHost}/{Queue}", UriKind.Relative))).TryGetProperty("message_stats", out var stats)
                && stats.TryGetProperty("ack", out var acknowledged) && acknowledged.GetInt32() == messages,
            $"{messages} are acknowledged");
    }

    sealed class Receiver(Func<string, Task> take) : IEventReceiver
    {
        public ConcurrentQueue<string> Came { get; } = [];

        public Task ReceiveAsync(ReceivedEvent received, CancellationToken cancellationToken)
        {
            Came.Enqueue(received.Event!.Id);
            return take(received.Event.Id);
        }
    }
}
