namespace EventBus.Operations.Overview;

/// <summary>What goes from where to where.</summary>
/// <param name="CountedAt">What had come by then is counted; null where nothing was counted yet.</param>
/// <param name="Accepted">From sources to families: events.</param>
/// <param name="Handled">From families to consumers: attempts, those at their endpoints too. Where nothing went within the hour, that the consumer asks for the family.</param>
/// <param name="Delivered">From consumers to endpoints: attempts.</param>
/// <param name="Targets">Every consumer (endpoint empty) and endpoint.</param>
public sealed record Flow(DateTimeOffset? CountedAt, IReadOnlyList<FlowEdge> Accepted, IReadOnlyList<FlowEdge> Handled, IReadOnlyList<FlowEdge> Delivered, IReadOnlyList<FlowTarget> Targets);

/// <summary>What goes from one to another.</summary>
/// <param name="From">The one.</param>
/// <param name="To">The other.</param>
/// <param name="Rate">So many a second, over the last minute or two.</param>
/// <param name="Failing">So many of them fail.</param>
/// <param name="Hour">So many within the last hour.</param>
public sealed record FlowEdge(string From, string To, double Rate, double Failing, long Hour);

/// <summary>What waits at a consumer or endpoint.</summary>
public sealed class FlowTarget
{
    /// <summary>The consumer.</summary>
    public string Consumer { get; init; } = "";

    /// <summary>The endpoint; empty for the consumer itself.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>What it asks for, a pattern a line.</summary>
    public string Patterns { get; init; } = "";

    /// <summary>enabled, paused, draining or disabled.</summary>
    public string State { get; init; } = "";

    /// <summary>How many events wait for it, counted up to <see cref="Minutes.MaxWaiting"/> in each partition.</summary>
    public long Waiting { get; init; }

    /// <summary>Since when the oldest of them does, in milliseconds since 1970-01-01 UTC.</summary>
    public long? Oldest { get; init; }
}
