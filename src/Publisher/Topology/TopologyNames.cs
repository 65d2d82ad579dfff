using EventBus.Contracts;

namespace EventBus.Publisher.Topology;

/// <summary>
/// The names on the broker. Publishers send to the family's fanout exchange; it feeds the family's topic exchange, from which consumers' queues are bound;
/// what no queue is bound for goes on through the alternate exchange.
/// </summary>
public static class TopologyNames
{
    /// <summary>Exchange and queue of the events that no consumer's queue is bound for.</summary>
    public const string Unrouted = "eventbus.unrouted";

    /// <summary>Exchange and queue of every event of every family.</summary>
    public const string Archive = "archive";

    /// <summary>The direct exchange by which what responders say reaches the gateway that waits for it.</summary>
    public const string Answers = "eventbus.answers";

    /// <summary>The fanout exchange that a family's events are published to: <c>eventbus.appointment</c>.</summary>
    public static string Exchange(Family family) => $"eventbus.{family.Word}";

    /// <summary>The topic exchange that consumers' queues are bound to, by type: <c>eventbus.appointment.route</c>.</summary>
    public static string RouteExchange(Family family) => $"{Exchange(family)}.route";

    /// <summary>The direct exchange of a consumer, which spreads subjects over its partition queues by their slots: <c>appointments</c>.</summary>
    public static string PartitionExchange(string consumer) => consumer;

    /// <summary>The fanout exchange in front of it that replays are sent to: <c>appointments.replay</c>.</summary>
    public static string ReplayExchange(string consumer) => $"{consumer}.replay";

    /// <summary>The header that names the only endpoint that a message is for.</summary>
    public const string EndpointHeader = "eventbus-endpoint";

    /// <summary>One of a consumer's queues: <c>appointments.0</c>.</summary>
    public static string PartitionQueue(string consumer, int partition) => $"{consumer}.{partition}";

    /// <summary>Where a consumer's dead letters go: <c>appointments.dead</c>.</summary>
    public static string DeadLetterQueue(string queue) => $"{queue}.dead";
}
