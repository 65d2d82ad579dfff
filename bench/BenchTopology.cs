using EventBus.Contracts;
using EventBus.Publisher.Topology;
using RabbitMQ.Client;

namespace EventBus.Bench;

/// <summary>The exchanges that events go through, and one quorum queue behind them that nobody consumes.</summary>
static class BenchTopology
{
    public const string Queue = "bench";

    static readonly Family Family = Family.Of(Load.SampleEvent.Type);
    static readonly Dictionary<string, object?> Quorum = new(StringComparer.Ordinal) { ["x-queue-type"] = "quorum" };

    public static string Exchange { get; } = TopologyNames.Exchange(Family);

    /// <summary>For the twin: the exchanges that the publisher declares by itself.</summary>
    public static async Task DeclareExchangesAsync(IChannel channel)
    {
        var route = TopologyNames.RouteExchange(Family);
        await channel.ExchangeDeclareAsync(TopologyNames.Unrouted, ExchangeType.Fanout, durable: true, autoDelete: false);
        await channel.QueueDeclareAsync(TopologyNames.Unrouted, durable: true, exclusive: false, autoDelete: false, Quorum);
        await channel.QueueBindAsync(TopologyNames.Unrouted, TopologyNames.Unrouted, "");
        await channel.ExchangeDeclareAsync(Exchange, ExchangeType.Fanout, durable: true, autoDelete: false);
        await channel.ExchangeDeclareAsync(
            route, ExchangeType.Topic, durable: true, autoDelete: false, new Dictionary<string, object?>(StringComparer.Ordinal) { ["alternate-exchange"] = TopologyNames.Unrouted });
        await channel.ExchangeBindAsync(route, Exchange, "");
    }

    /// <summary>Declares the queue, once the exchanges are there.</summary>
    public static async Task BindQueueAsync(IChannel channel)
    {
        await channel.QueueDeclareAsync(Queue, durable: true, exclusive: false, autoDelete: false, Quorum);
        await channel.QueueBindAsync(Queue, TopologyNames.RouteExchange(Family), "#");
    }
}
