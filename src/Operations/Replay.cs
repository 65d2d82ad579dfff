namespace EventBus.Operations;

/// <summary>A replay and how far it is.</summary>
public sealed class Replay
{
    /// <summary>What it is known by; the events that it sends carry it.</summary>
    public string Id { get; init; } = "";

    /// <summary>The consumer that it goes to.</summary>
    public string Consumer { get; init; } = "";

    /// <summary>The endpoint that it goes to; empty is the consumer's own handler.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>The <see cref="Storage.EventFilter"/>, as JSON.</summary>
    public string Filter { get; init; } = "";

    /// <summary>Events a second.</summary>
    public int Rate { get; init; }

    /// <summary>running, paused, canceled or done.</summary>
    public string State { get; init; } = "";

    /// <summary>How many events it had to send when it was made.</summary>
    public long Total { get; init; }

    /// <summary>How many it has sent.</summary>
    public long Sent { get; init; }

    /// <summary>When it was made, in milliseconds since 1970-01-01 UTC.</summary>
    public long CreatedAt { get; init; }

    /// <summary>When it ended, in milliseconds since 1970-01-01 UTC.</summary>
    public long? FinishedAt { get; init; }
}
