namespace EventBus.Storage.Hosts;

/// <summary>What a process says of itself.</summary>
public sealed class Heartbeat
{
    /// <summary>Whether it needs the broker.</summary>
    public bool NeedsBroker { get; set; }

    /// <summary>For how long it has not reached the broker, in milliseconds; null while it does.</summary>
    public long? BrokerAwayMs { get; set; }

    /// <summary>Accepted events that wait in its spool for the broker; null where it has none.</summary>
    public long? SpoolWaiting { get; set; }

    /// <summary>For how long its spool has been in use, in milliseconds; null while it is not.</summary>
    public long? SpoolMs { get; set; }

    /// <summary>How large the waiting events are together, in bytes.</summary>
    public long? SpoolBytes { get; set; }

    /// <summary>How large they may be.</summary>
    public long? SpoolMaxBytes { get; set; }
}
