namespace EventBus.Operations;

/// <summary>Dead letters with one cause, and what operators say of them.</summary>
public sealed class DeadLetterGroup : FailureMark
{
    /// <summary>What they are known by.</summary>
    public string CauseGroup { get; init; } = "";

    /// <summary>The consumer.</summary>
    public string Consumer { get; init; } = "";

    /// <summary>The endpoint; empty where the consumer's own handler failed.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>Why they failed, in words.</summary>
    public string Cause { get; init; } = "";

    /// <summary>How many they are.</summary>
    public long Count { get; init; }

    /// <summary>When the last one failed, in milliseconds since 1970-01-01 UTC.</summary>
    public long LastDiedAt { get; init; }

    /// <summary>When the first one failed, in milliseconds since 1970-01-01 UTC.</summary>
    public long FirstDiedAt { get; init; }

    /// <summary>The first of their types by name.</summary>
    public string FirstType { get; init; } = "";

    /// <summary>How many types they have.</summary>
    public long Types { get; init; }

    /// <summary>The type of the exception.</summary>
    public string? Exception { get; init; }

    /// <summary>The first frame of ours.</summary>
    public string? Frame { get; init; }

    /// <summary>Whether it is silent: listed, and no cause for alarm.</summary>
    public bool IsSilent(DateTimeOffset now) => IsSilent(Count, now);
}
