using System.Collections.Concurrent;
using EventBus.Contracts;
using EventBus.Publisher.Topology;
using RabbitMQ.Client;

namespace EventBus.Publisher.Transport;

/// <summary>An exchange that this process sends to. It is declared, with what is behind it, before the first message of each connection.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Declare">Declares it.</param>
sealed record BrokerExchange(string Name, Func<IChannel, Task> Declare)
{
    static readonly ConcurrentDictionary<Family, BrokerExchange> Families = [];

    /// <summary>By which verdicts reach gateways; the routing key is the gateway's address.</summary>
    public static BrokerExchange Answers { get; } = new(TopologyNames.Answers, channel => DeclareAsync(channel, TopologyNames.Answers, ExchangeType.Direct));

    /// <summary>For the events of a family; the routing key is the type.</summary>
    public static BrokerExchange Of(Family family) => Families.GetOrAdd(family, f => new BrokerExchange(TopologyNames.Exchange(f), channel => DeclareFamilyAsync(channel, f)));

    /// <summary>For events that go to one consumer alone.</summary>
    public static BrokerExchange OfReplays(string consumer)
    {
        var name = TopologyNames.ReplayExchange(consumer);
        return new BrokerExchange(name, channel => DeclareAsync(channel, name, ExchangeType.Fanout));
    }

    static async Task DeclareFamilyAsync(IChannel channel, Family family)
    {
        var (all, byType) = (TopologyNames.Exchange(family), TopologyNames.RouteExchange(family));
        await DeclareAsync(channel, TopologyNames.Unrouted, ExchangeType.Fanout);
        await channel.QueueDeclareAsync(
            TopologyNames.Unrouted, durable: true, exclusive: false, autoDelete: false,
            new Dictionary<string, object?>(StringComparer.Ordinal) { [TopologyArguments.QueueType] = TopologyArguments.Quorum });
        await channel.QueueBindAsync(TopologyNames.Unrouted, TopologyNames.Unrouted, "");
        await DeclareAsync(channel, all, ExchangeType.Fanout);
        await DeclareAsync(
            channel, byType, ExchangeType.Topic, new Dictionary<string, object?>(StringComparer.Ordinal) { [TopologyArguments.AlternateExchange] = TopologyNames.Unrouted });
        await channel.ExchangeBindAsync(byType, all, "");
    }

    static Task DeclareAsync(IChannel channel, string name, string type, IDictionary<string, object?>? arguments = null) =>
        channel.ExchangeDeclareAsync(name, type, durable: true, autoDelete: false, arguments);
}
