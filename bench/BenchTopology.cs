using System.Globalization;
using EventBus.Contracts;
using EventBus.Publisher.Topology;
using RabbitMQ.Client;

namespace EventBus.Bench;

/// <summary>
/// The exchanges that events go through, and the queues behind them, declared as the publisher and the kit declare them: the archive's, and the four of one consumer
/// that asks for everything. So each event is in two quorum queues, for ours and for the twin.
/// </summary>
static class BenchTopology
{
    public const string Archive = TopologyNames.Archive;

    /// <summary>The consumer.</summary>
    public const string Consumer = "bench";

    public const int Partitions = 4;

    /// <summary>The keys, one of which each message bears in its header <see cref="SlotHeader"/>, that say which partition it comes into.</summary>
    public const int Slots = 64;

    public const string SlotHeader = "BCC";

    static readonly Dictionary<string, object?> Quorum = new(StringComparer.Ordinal) { ["x-queue-type"] = "quorum" };
    static readonly Dictionary<string, object?> OnwardToUnrouted = new(StringComparer.Ordinal) { ["alternate-exchange"] = TopologyNames.Unrouted };

    public static IEnumerable<string> PartitionQueues(string consumer) => Enumerable.Range(0, Partitions).Select(p => TopologyNames.PartitionQueue(consumer, p));

    public static string Slot(int slot) => string.Create(CultureInfo.InvariantCulture, $"slot-{slot}");

    /// <summary>The exchanges of every family.</summary>
    public static async Task DeclareExchangesAsync(IChannel channel)
    {
        await channel.ExchangeDeclareAsync(TopologyNames.Unrouted, ExchangeType.Fanout, durable: true, autoDelete: false);
        await channel.QueueDeclareAsync(TopologyNames.Unrouted, durable: true, exclusive: false, autoDelete: false, Quorum);
        await channel.QueueBindAsync(TopologyNames.Unrouted, TopologyNames.Unrouted, "");
        foreach (var family in Family.All)
        {
            var (exchange, route) = (TopologyNames.Exchange(family), TopologyNames.RouteExchange(family));
            await channel.ExchangeDeclareAsync(exchange, ExchangeType.Fanout, durable: true, autoDelete: false);
            await channel.ExchangeDeclareAsync(route, ExchangeType.Topic, durable: true, autoDelete: false, OnwardToUnrouted);
            await channel.ExchangeBindAsync(route, exchange, "");
        }
    }

    public static async Task DeclareArchiveAsync(IChannel channel)
    {
        await channel.QueueDeclareAsync(Archive, durable: true, exclusive: false, autoDelete: false, Quorum);
        foreach (var family in Family.All)
        {
            await channel.QueueBindAsync(Archive, TopologyNames.Exchange(family), "");
        }
    }

    public static async Task DeclareConsumerAsync(IChannel channel, string consumer)
    {
        var (partitions, dead) = (TopologyNames.PartitionExchange(consumer), TopologyNames.DeadLetterQueue(consumer));
        await channel.ExchangeDeclareAsync(dead, ExchangeType.Fanout, durable: true, autoDelete: false);
        await channel.QueueDeclareAsync(dead, durable: true, exclusive: false, autoDelete: false, Quorum);
        await channel.QueueBindAsync(dead, dead, "");
        await channel.ExchangeDeclareAsync(partitions, ExchangeType.Direct, durable: true, autoDelete: false, OnwardToUnrouted);
        foreach (var family in Family.All)
        {
            await channel.ExchangeBindAsync(partitions, TopologyNames.RouteExchange(family), "#");
        }

        var arguments = new Dictionary<string, object?>(Quorum, StringComparer.Ordinal)
        {
            ["x-single-active-consumer"] = true,
            ["x-delivery-limit"] = 100,
            ["x-dead-letter-exchange"] = dead,
            ["x-dead-letter-strategy"] = "at-least-once",
            ["x-overflow"] = "reject-publish",
        };
        for (var partition = 0; partition < Partitions; partition++)
        {
            var queue = TopologyNames.PartitionQueue(consumer, partition);
            await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, arguments);
            foreach (var slot in Enumerable.Range(0, Slots).Where(s => s % Partitions == partition))
            {
                await channel.QueueBindAsync(queue, partitions, Slot(slot));
            }
        }
    }
}
