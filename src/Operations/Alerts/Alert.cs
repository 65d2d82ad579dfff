namespace EventBus.Operations.Alerts;

/// <summary>Something that is wrong, or was. Times are milliseconds since 1970-01-01 UTC.</summary>
public sealed class Alert
{
    /// <summary>Its number.</summary>
    public long Id { get; init; }

    /// <summary>What went wrong: its kind, and behind a slash what it is about. The same cause has one open alert at most.</summary>
    public string Cause { get; init; } = "";

    /// <summary>The name of its <see cref="AlertKind"/>.</summary>
    public string Kind { get; init; } = "";

    /// <summary>How much it matters.</summary>
    public AlertSeverity Severity { get; init; }

    /// <summary>What it is, in plain words.</summary>
    public string Text { get; init; } = "";

    /// <summary>When it began.</summary>
    public long Since { get; init; }

    /// <summary>When it was raised.</summary>
    public long RaisedAt { get; init; }

    /// <summary>When it was last so.</summary>
    public long SeenAt { get; init; }

    /// <summary>When it was over; null while it is open.</summary>
    public long? ResolvedAt { get; init; }

    /// <summary>Who looks after it.</summary>
    public string? AcknowledgedBy { get; init; }

    /// <summary>Since when somebody does.</summary>
    public long? AcknowledgedAt { get; init; }

    /// <summary>Until when nobody wants to hear of it; then it is told of again, if it is still open.</summary>
    public long? SnoozedUntil { get; init; }

    /// <summary>Who was not told of it yet, and why not: <c>mail: SMTP 535 at login …</c>; null where everybody was.</summary>
    public string? Untold { get; init; }

    /// <summary>What it is about; empty where there is only one.</summary>
    public string Target => Cause.Length > Kind.Length ? Cause[(Kind.Length + 1)..] : "";

    /// <summary>Whether it is open and nobody looks after it, or has put it off.</summary>
    public bool IsUnattended => ResolvedAt is null && AcknowledgedAt is null && SnoozedUntil is null;
}
