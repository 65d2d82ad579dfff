namespace EventBus.Gateway;

/// <summary>Settings under <c>EventBus:Gateway</c>.</summary>
public sealed class GatewayOptions
{
    /// <summary>Largest body that is taken, in bytes, 1 KiB to 64 MiB; 1 MiB unless set.</summary>
    public int MaxBodyBytes { get; set; } = 1024 * 1024;

    /// <summary>What happens to a CloudEvent whose type the catalog does not know.</summary>
    public UnknownTypes UnknownTypes { get; set; } = UnknownTypes.Accept;

    /// <summary>How many requests may be in work at once, 1 to 100,000; 2,000 unless set. Further ones are answered 429.</summary>
    public int MaxConcurrentRequests { get; set; } = 2000;

    /// <summary>The gateway's name, noted on what it accepts; the host's unless set. Gateways have different names.</summary>
    public string Name { get; set; } = Environment.MachineName;

    /// <summary>How long the same id means the same event, 1 minute to 30 days; 1 day unless set.</summary>
    public TimeSpan IdempotencyWindow { get; set; } = TimeSpan.FromDays(1);

    /// <summary>The longest that a sender can wait for an outcome.</summary>
    public static readonly TimeSpan MaxAnswerTimeout = TimeSpan.FromMinutes(1);

    /// <summary>How long a sender that waits for the outcome does so, unless it says (<c>Prefer: wait=N</c>): 100 ms to 1 minute; 10 s unless set.</summary>
    public TimeSpan AnswerTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How many bytes of events may wait in the spool, from 1 MiB; 1 GiB unless set. Beyond it events are answered 503.</summary>
    public long SpoolMaxBytes { get; set; } = 1024 * 1024 * 1024;
}

/// <summary>What happens to a CloudEvent whose type the catalog does not know.</summary>
public enum UnknownTypes
{
    /// <summary>It is taken: into the family that its second word names, else into <c>unclassified</c>.</summary>
    Accept,

    /// <summary>It is refused with 400.</summary>
    Reject,
}
