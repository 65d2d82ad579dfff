using EventBus.Operations.Broker;

namespace EventBus.Operations.Alerts;

/// <summary>What is wrong by what the broker says of its nodes.</summary>
static class BrokerCauses
{
    /// <summary>What is wrong.</summary>
    /// <param name="broker">How it does; null where that is not known.</param>
    /// <param name="open">The causes that have an open alert: those are not over because nothing is known.</param>
    public static IEnumerable<Cause> Read(BrokerView? broker, IReadOnlySet<string> open) => broker?.Nodes is { } nodes
        ? nodes.Where(n => n.Trouble is not null).Select(n => new Cause(
            AlertKind.BrokerNode, n.Name, n.IsAlarming ? $"The broker takes no events: {n.Trouble}. They wait in the gateways' spools." : $"Of the broker, {n.Trouble}."))
        : open.Where(c => c.StartsWith($"{AlertKind.BrokerNode.Name}/", StringComparison.Ordinal)).Select(c => c[(AlertKind.BrokerNode.Name.Length + 1)..]).Select(
            name => new Cause(AlertKind.BrokerNode, name, $"Nothing is known of the broker's node {name}: RabbitMQ's management API does not answer."));
}
