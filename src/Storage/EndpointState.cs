namespace EventBus.Storage;

/// <summary>What is known of an endpoint beside its settings.</summary>
public sealed class EndpointState
{
    /// <summary>Deliveries go out.</summary>
    public const string Enabled = "enabled";

    /// <summary>An operator has stopped deliveries; they wait.</summary>
    public const string Paused = "paused";

    /// <summary>What waited when it was asked for goes out, later events wait.</summary>
    public const string Draining = "draining";

    /// <summary>The endpoint is gone, or has failed for too long; its events wait until an operator resumes it.</summary>
    public const string Disabled = "disabled";

    /// <summary>Its name.</summary>
    public string Name { get; init; } = "";

    /// <summary>One of the constants here.</summary>
    public string State { get; init; } = Enabled;

    /// <summary>Why, where it is not enabled.</summary>
    public string? Reason { get; init; }

    /// <summary>The first failure since the last success, in milliseconds since 1970.</summary>
    public long? FailingSince { get; init; }

    /// <summary>Since when its circuit is open.</summary>
    public long? OpenedAt { get; init; }

    /// <summary>When one event tries.</summary>
    public long? ProbeAt { get; init; }

    /// <summary>When the state was changed.</summary>
    public long ChangedAt { get; init; }
}
