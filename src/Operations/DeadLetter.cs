using EventBus.Storage;

namespace EventBus.Operations;

/// <summary>A dead letter, without its payload.</summary>
public sealed class DeadLetter
{
    /// <summary>The delivery that failed; what the dead letter is known by.</summary>
    public long Delivery { get; init; }

    /// <summary>The consumer.</summary>
    public string Consumer { get; init; } = "";

    /// <summary>The endpoint; empty where the consumer's own handler failed.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>The event's id.</summary>
    public string EventId { get; init; } = "";

    /// <summary>What the event is known by at consumers.</summary>
    public string EventKey { get; init; } = "";

    /// <summary>The event's type.</summary>
    public string Type { get; init; } = "";

    /// <summary>Why it failed, in words.</summary>
    public string Cause { get; init; } = "";

    /// <summary>The type of the exception.</summary>
    public string? Exception { get; init; }

    /// <summary>The first frame of ours.</summary>
    public string? Frame { get; init; }

    /// <summary>What failures with one cause have in common.</summary>
    public string CauseGroup { get; init; } = "";

    /// <summary>How often it was tried.</summary>
    public int Attempts { get; init; }

    /// <summary>When it failed for good, in milliseconds since 1970-01-01 UTC.</summary>
    public long DiedAt { get; init; }

    /// <summary>dead, retry, retried or discarded.</summary>
    public string State { get; init; } = "";

    /// <summary>Why it was discarded.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether a retry sends something else than what came.</summary>
    public bool Edited { get; init; }

    /// <summary>What has become of the delivery: once it was retried, how that went.</summary>
    public DeliveryState? Outcome { get; init; }
}
