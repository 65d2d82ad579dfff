namespace EventBus.Operations;

/// <summary>What operators say of dead letters with one cause. Times are milliseconds since 1970-01-01 UTC.</summary>
public class FailureMark
{
    /// <summary>What somebody wants others to know.</summary>
    public string? Note { get; init; }

    /// <summary>The account that looks after it.</summary>
    public string? AssignedTo { get; init; }

    /// <summary>Until when it is silent; null where no time was said.</summary>
    public long? SilencedUntil { get; init; }

    /// <summary>It is silent while no more than so many wait for a decision; null where that was not said.</summary>
    public long? SilencedAt { get; init; }

    /// <summary>Who said it last.</summary>
    public string? ChangedBy { get; init; }

    /// <summary>When.</summary>
    public long? ChangedAt { get; init; }

    /// <summary>Whether it is silent: listed, and no cause for alarm.</summary>
    /// <param name="waiting">How many wait for a decision.</param>
    /// <param name="now">The time.</param>
    public bool IsSilent(long waiting, DateTimeOffset now) => SilencedUntil > now.ToUnixTimeMilliseconds() || waiting <= SilencedAt;
}
