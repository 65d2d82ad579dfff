using System.Globalization;
using EventBus.Contracts;

namespace EventBus.Publisher.Topology;

/// <summary>
/// What hosts declare on the broker, in words: what has to be there for the consumers and the archive, and what appears when it is first needed. The transport declares
/// it through MassTransit; a test holds the two together.
/// </summary>
public sealed class DeclaredTopology
{
    readonly Dictionary<string, DeclaredExchange> _exchanges = new(StringComparer.Ordinal);
    readonly Dictionary<string, DeclaredQueue> _queues = new(StringComparer.Ordinal);
    readonly Dictionary<TopologyBinding, bool> _bindings = [];

    DeclaredTopology()
    {
    }

    /// <summary>Exchanges by name.</summary>
    public IReadOnlyDictionary<string, DeclaredExchange> Exchanges => _exchanges;

    /// <summary>Queues by name.</summary>
    public IReadOnlyDictionary<string, DeclaredQueue> Queues => _queues;

    /// <summary>Bindings, and whether each has to be there now.</summary>
    public IReadOnlyDictionary<TopologyBinding, bool> Bindings => _bindings;

    /// <summary>What the archive and these consumers declare.</summary>
    public static DeclaredTopology Of(IEnumerable<DeclaringConsumer> consumers)
    {
        ArgumentNullException.ThrowIfNull(consumers);
        var topology = new DeclaredTopology();
        topology.AddEndpoint(TopologyNames.Unrouted, Quorum());
        topology.AddEndpoint(TopologyNames.Archive, Quorum());
        topology._exchanges[TopologyNames.Answers] = new DeclaredExchange("direct", null, IsNeeded: false);
        foreach (var family in Family.All)
        {
            topology._exchanges[TopologyNames.Exchange(family)] = new DeclaredExchange("fanout", null, IsNeeded: true);
            topology._exchanges[TopologyNames.RouteExchange(family)] = new DeclaredExchange("topic", TopologyNames.Unrouted, IsNeeded: false);
            topology._bindings[new TopologyBinding(TopologyNames.Exchange(family), TopologyNames.Archive, ToQueue: false, "")] = true;
            topology._bindings[new TopologyBinding(TopologyNames.Exchange(family), TopologyNames.RouteExchange(family), ToQueue: false, "")] = false;
        }

        foreach (var consumer in consumers)
        {
            topology.Add(consumer);
        }

        return topology;
    }

    void Add(DeclaringConsumer consumer)
    {
        var (exchange, dead) = (TopologyNames.PartitionExchange(consumer.Name), TopologyNames.DeadLetterQueue(consumer.Name));
        _exchanges[exchange] = new DeclaredExchange("direct", TopologyNames.Unrouted, IsNeeded: true);
        _exchanges[TopologyNames.ReplayExchange(consumer.Name)] = new DeclaredExchange("fanout", null, IsNeeded: true);
        _bindings[new TopologyBinding(TopologyNames.ReplayExchange(consumer.Name), exchange, ToQueue: false, "")] = true;
        AddEndpoint(dead, Quorum());
        for (var partition = 0; partition < consumer.Partitions; partition++)
        {
            var queue = TopologyNames.PartitionQueue(consumer.Name, partition);
            AddEndpoint(queue, new Dictionary<string, string>(Quorum(), StringComparer.Ordinal)
            {
                [TopologyArguments.SingleActiveConsumer] = "true",
                [TopologyArguments.DeliveryLimit] = TopologyArguments.MaxDeliveries.ToString(CultureInfo.InvariantCulture),
                [TopologyArguments.DeadLetterExchange] = dead,
                [TopologyArguments.DeadLetterStrategy] = TopologyArguments.AtLeastOnce,
                [TopologyArguments.Overflow] = TopologyArguments.RejectPublish,
            });
            foreach (var slot in Slots.OfPartition(partition, consumer.Partitions))
            {
                _bindings[new TopologyBinding(exchange, queue, ToQueue: false, slot)] = true;
            }
        }

        foreach (var (family, pattern) in consumer.Patterns.SelectMany(p => p.Families.Select(f => (f, p.Text))))
        {
            var route = TopologyNames.RouteExchange(family);
            _exchanges[route] = _exchanges[route] with { IsNeeded = true };
            _bindings[new TopologyBinding(route, exchange, ToQueue: false, pattern)] = true;
        }
    }

    /// <summary>A queue with the fanout exchange of its name that MassTransit puts in front of each.</summary>
    void AddEndpoint(string name, IReadOnlyDictionary<string, string> arguments)
    {
        _exchanges[name] = new DeclaredExchange("fanout", null, IsNeeded: true);
        _queues[name] = new DeclaredQueue(arguments);
        _bindings[new TopologyBinding(name, name, ToQueue: true, "")] = true;
    }

    static Dictionary<string, string> Quorum() => new(StringComparer.Ordinal) { [TopologyArguments.QueueType] = TopologyArguments.Quorum };
}

/// <summary>A consumer that declares queues.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Patterns">What it asks for.</param>
/// <param name="Partitions">How many queues it has, 1 to 64.</param>
public sealed record DeclaringConsumer(string Name, IReadOnlyList<TypePattern> Patterns, int Partitions);

/// <summary>An exchange as declared.</summary>
/// <param name="Type">fanout, direct or topic.</param>
/// <param name="Alternate">Where goes what it has no binding for; null: nowhere.</param>
/// <param name="IsNeeded">Whether it has to be there now; otherwise it appears when it is first used.</param>
public sealed record DeclaredExchange(string Type, string? Alternate, bool IsNeeded);

/// <summary>A queue as declared.</summary>
/// <param name="Arguments">Its arguments, as text.</param>
public sealed record DeclaredQueue(IReadOnlyDictionary<string, string> Arguments);

/// <summary>A binding.</summary>
/// <param name="Source">The exchange that it leads from.</param>
/// <param name="Destination">Where to.</param>
/// <param name="ToQueue">Whether that is a queue, rather than an exchange.</param>
/// <param name="RoutingKey">For which routing keys.</param>
public sealed record TopologyBinding(string Source, string Destination, bool ToQueue, string RoutingKey);
