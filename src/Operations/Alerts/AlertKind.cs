namespace EventBus.Operations.Alerts;

/// <summary>A kind of thing that goes wrong.</summary>
/// <param name="Name">Its name, in causes, notifications and metrics.</param>
/// <param name="Severity">How much it matters.</param>
public sealed record AlertKind(string Name, AlertSeverity Severity)
{
    /// <summary>An endpoint takes nothing, or its circuit is open; it is tried again by itself.</summary>
    public static AlertKind EndpointFailing { get; } = new("endpoint-failing", AlertSeverity.Warning);

    /// <summary>An endpoint has answered 410, has failed for days, or was disabled by an operator; it waits for somebody to resume it.</summary>
    public static AlertKind EndpointDisabled { get; } = new("endpoint-disabled", AlertSeverity.Critical);

    /// <summary>Dead letters with one cause wait for a decision.</summary>
    public static AlertKind DeadLetters { get; } = new("dead-letters", AlertSeverity.Warning);

    /// <summary>Something waits for longer than <see cref="AlertOptions.OldestWaiting"/> for a consumer or endpoint that does not fail as a whole.</summary>
    public static AlertKind Waiting { get; } = new("waiting", AlertSeverity.Warning);

    /// <summary>Accepted events are unaccounted for.</summary>
    public static AlertKind Ledger { get; } = new("ledger", AlertSeverity.Critical);

    /// <summary>Events of the last hour had no consumer.</summary>
    public static AlertKind Unrouted { get; } = new("unrouted", AlertSeverity.Warning);

    /// <summary>No process works for a consumer, or reads one of its queues.</summary>
    public static AlertKind Consumer { get; } = new("consumer", AlertSeverity.Critical);

    /// <summary>A process is not heard of any more.</summary>
    public static AlertKind Host { get; } = new("host", AlertSeverity.Critical);

    /// <summary>A process does not reach the broker.</summary>
    public static AlertKind Broker { get; } = new("broker", AlertSeverity.Critical);

    /// <summary>A node of the broker does not run, has lost sight of others, or raises an alarm, so that the broker takes nothing.</summary>
    public static AlertKind BrokerNode { get; } = new("broker-node", AlertSeverity.Critical);

    /// <summary>The storage does not answer. It stands in no storage, so each process that looks tells of it by itself.</summary>
    public static AlertKind Storage { get; } = new("storage", AlertSeverity.Critical);

    /// <summary>The broker does not take a gateway's events, which wait in its spool.</summary>
    public static AlertKind Spool { get; } = new("spool", AlertSeverity.Warning);

    /// <summary>A gateway's spool has little room left; soon senders are refused.</summary>
    public static AlertKind SpoolFull { get; } = new("spool-full", AlertSeverity.Critical);

    /// <summary>Every kind.</summary>
    public static IReadOnlyList<AlertKind> All { get; } =
        [EndpointFailing, EndpointDisabled, DeadLetters, Waiting, Ledger, Unrouted, Consumer, Host, Broker, BrokerNode, Storage, Spool, SpoolFull];
}
