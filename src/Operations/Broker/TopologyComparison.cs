using EventBus.Publisher.Topology;

namespace EventBus.Operations.Broker;

/// <summary>What is declared, beside what is on the broker. A function of its inputs.</summary>
/// <param name="consumers">The consumers that are known.</param>
/// <param name="exchanges">The broker's exchanges.</param>
/// <param name="queues">The broker's queues.</param>
/// <param name="bindings">The broker's bindings.</param>
sealed class TopologyComparison(IReadOnlyList<ConsumerSummary> consumers, IReadOnlyList<BrokerExchange> exchanges, IReadOnlyList<BrokerQueue> queues, IReadOnlyList<BrokerBinding> bindings)
{
    const string OursBegin = "eventbus.";

    readonly HashSet<string> _known = [.. consumers.Select(c => c.Name)];

    /// <summary>Consumers by the exchange that each has: no other exchange of the type sends to where ours do what it has no binding for.</summary>
    readonly HashSet<string> _ever =
    [
        .. consumers.Select(c => c.Name), .. exchanges.Where(e => e is { Type: "direct", Alternate: TopologyNames.Unrouted } && !e.Name.StartsWith(OursBegin, StringComparison.Ordinal)).Select(e => e.Name),
    ];

    /// <summary>Everything that is not as declared.</summary>
    public IReadOnlyList<TopologyThing> Compare()
    {
        var declared = DeclaredTopology.Of(consumers.Select(c => new DeclaringConsumer(c.Name, Storage.AskedPatterns.Read(c.Patterns), c.Partitions > 0 ? c.Partitions : Found(c.Name))));
        var stale = Stale(declared).ToList();
        var held = stale.Where(t => t.Messages > 0 || t.Consumers > 0).Select(t => t.Group).ToHashSet(StringComparer.Ordinal);
        return [.. Missing(declared), .. Different(declared), .. stale.Select(t => t with { IsHeld = held.Contains(t.Group) }), .. StaleBindings(declared, [.. stale.Select(t => t.Name)])];
    }

    IEnumerable<TopologyThing> Missing(DeclaredTopology declared)
    {
        var (there, filled) = (exchanges.Select(e => e.Name).ToHashSet(StringComparer.Ordinal), queues.Select(q => q.Name).ToHashSet(StringComparer.Ordinal));
        var led = bindings.Select(b => b.Binding).ToHashSet();
        var gone = declared.Exchanges.Where(e => e.Value.IsNeeded && !there.Contains(e.Key)).Select(e => e.Key).ToHashSet(StringComparer.Ordinal);
        gone.UnionWith(declared.Queues.Keys.Where(q => !filled.Contains(q)));
        foreach (var (name, _) in declared.Queues.Where(q => !filled.Contains(q.Key)))
        {
            yield return Lacks(TopologyKind.Queue, name, name);
        }

        foreach (var (name, _) in declared.Exchanges.Where(e => e.Value.IsNeeded && !there.Contains(e.Key)))
        {
            yield return Lacks(TopologyKind.Exchange, name, name);
        }

        // Where an end is missing, the binding goes without saying.
        foreach (var (binding, _) in declared.Bindings.Where(b => b.Value && !led.Contains(b.Key) && !gone.Contains(b.Key.Source) && !gone.Contains(b.Key.Destination)))
        {
            yield return Lacks(TopologyKind.Binding, Title(binding), binding.Destination);
        }
    }

    TopologyThing Lacks(TopologyKind kind, string name, string of) => new(
        kind, name, TopologyStanding.Missing,
        Root(of) is { } consumer && _known.Contains(consumer) ? $"Start the consumer {consumer}: it declares it. One that is gone for good: eventbus consumers forget {consumer}."
            : of.EndsWith(".route", StringComparison.Ordinal) ? "Start the consumers that ask for events of the family: they declare it."
            : "Start the archive: it declares it.", name);

    IEnumerable<TopologyThing> Different(DeclaredTopology declared)
    {
        foreach (var exchange in exchanges)
        {
            if (declared.Exchanges.TryGetValue(exchange.Name, out var d) && (d.Type != exchange.Type || d.Alternate != exchange.Alternate))
            {
                yield return Differs(TopologyKind.Exchange, exchange.Name, $"It is {exchange.Type}, with {exchange.Alternate ?? "no alternate exchange"}; declared is {d.Type}, with {d.Alternate ?? "none"}.");
            }
        }

        foreach (var queue in queues)
        {
            if (declared.Queues.TryGetValue(queue.Name, out var d)
                && d.Arguments.Where(a => queue.Arguments.GetValueOrDefault(a.Key) != a.Value).Select(a => $"{a.Key}={queue.Arguments.GetValueOrDefault(a.Key) ?? "none"} instead of {a.Value}").ToList() is { Count: > 0 } others)
            {
                yield return Differs(TopologyKind.Queue, queue.Name, $"{string.Join(", ", others)}.");
            }
        }
    }

    static TopologyThing Differs(TopologyKind kind, string name, string how) => new(
        kind, name, TopologyStanding.Different, $"{how} Who declares it cannot: let it run empty, delete it on the broker, and start the service again.", name);

    IEnumerable<TopologyThing> Stale(DeclaredTopology declared)
    {
        foreach (var exchange in exchanges.Where(e => !e.IsTransient && IsOurs(e.Name) && !declared.Exchanges.ContainsKey(e.Name)))
        {
            yield return new TopologyThing(TopologyKind.Exchange, exchange.Name, TopologyStanding.Stale, Why(exchange.Name), Group(exchange.Name));
        }

        foreach (var queue in queues.Where(q => !q.IsTransient && IsOurs(q.Name) && !declared.Queues.ContainsKey(q.Name)))
        {
            yield return new TopologyThing(TopologyKind.Queue, queue.Name, TopologyStanding.Stale, Why(queue.Name), Group(queue.Name)) { Messages = queue.Ready + queue.Unacknowledged, Consumers = queue.Consumers };
        }
    }

    /// <summary>What leads from and to things that stay, ours at both ends; others' queues may be bound to our exchanges as they like.</summary>
    IEnumerable<TopologyThing> StaleBindings(DeclaredTopology declared, HashSet<string> stale) =>
        from b in bindings
        let ends = (string[])[b.Binding.Source, b.Binding.Destination]
        where !declared.Bindings.ContainsKey(b.Binding) && Array.TrueForAll(ends, e => (declared.Exchanges.ContainsKey(e) || declared.Queues.ContainsKey(e)) && !stale.Contains(e))
        select new TopologyThing(TopologyKind.Binding, Title(b.Binding), TopologyStanding.Stale, "Nobody asks for it any more.", Title(b.Binding)) { Binding = b };

    string Why(string name) => Root(name) is not { } consumer ? "No part of this version declares it."
        : _known.Contains(consumer) ? $"{consumer} has fewer queues now."
        : $"There is no consumer {consumer} any more.";

    string Group(string name) => Root(name) is { } consumer && !_known.Contains(consumer) ? consumer : name;

    bool IsOurs(string name) => name.StartsWith(OursBegin, StringComparison.Ordinal) || Root(name) is not null;

    /// <summary>The consumer whose it is; null where it is none's.</summary>
    string? Root(string name)
    {
        if (_ever.Contains(name))
        {
            return name;
        }

        var dot = name.LastIndexOf('.');
        return dot > 0 && _ever.Contains(name[..dot]) && (name[(dot + 1)..] is "dead" or "replay" || int.TryParse(name.AsSpan(dot + 1), out _)) ? name[..dot] : null;
    }

    /// <summary>As many queues as there are, of a consumer that has not said how many it declares.</summary>
    int Found(string consumer) => queues.Count(q => q.Name.StartsWith($"{consumer}.", StringComparison.Ordinal) && int.TryParse(q.Name.AsSpan(consumer.Length + 1), out _));

    static string Title(TopologyBinding binding) => $"{binding.Source} → {binding.Destination}{(binding.RoutingKey.Length > 0 ? $" ({binding.RoutingKey})" : "")}";
}
