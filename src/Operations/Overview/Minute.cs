namespace EventBus.Operations.Overview;

/// <summary>What happened in a minute.</summary>
public sealed class Minute
{
    /// <summary>Its beginning, in milliseconds since 1970-01-01 UTC.</summary>
    public long At { get; init; }

    /// <summary>Events that were accepted.</summary>
    public long Accepted { get; init; }

    /// <summary>Attempts that succeeded, at consumers and endpoints.</summary>
    public long Succeeded { get; init; }

    /// <summary>Attempts that failed.</summary>
    public long Failed { get; init; }

    /// <summary>The most that waited, at consumers and endpoints together.</summary>
    public long Waiting { get; init; }
}
