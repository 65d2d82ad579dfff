namespace EventBus.Consumers.CommandLifecycle;

/// <summary>What follows from a command's history and is told to others, once.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Key">The same for the same finding, however often the history is read.</param>
/// <param name="Action">The action that it is about.</param>
/// <param name="At">When that was.</param>
/// <param name="Reason">Why, in words for people.</param>
sealed record Finding(FindingKind Kind, string Key, string Action, DateTimeOffset At, string Reason);

/// <summary>What can be found in a command's history.</summary>
enum FindingKind
{
    /// <summary>It was committed.</summary>
    Completed,

    /// <summary>What was begun was not ended in time.</summary>
    Stalled,

    /// <summary>An order of steps that cannot be.</summary>
    Irregular,
}
