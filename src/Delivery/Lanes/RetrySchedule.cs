namespace EventBus.Delivery.Lanes;

/// <summary>When a failed event is tried again.</summary>
/// <param name="Delays">The pause after the first failed attempt, after the second, and so on; when they are used up, the event is dead.</param>
public sealed record RetrySchedule(IReadOnlyList<TimeSpan> Delays)
{
    /// <summary>Each pause is up to this share longer or shorter, so that what failed together does not come back together.</summary>
    public const double Jitter = 0.2;

    /// <summary>5 s, 30 s, 2 m, 10 m, 30 m, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h: about three and a half days.</summary>
    public static RetrySchedule Default { get; } = new(
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2),
        TimeSpan.FromHours(5), TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ]);

    /// <summary>The pause after so many failed attempts; null where that was the last.</summary>
    /// <param name="attempts">Failed attempts so far, from 1.</param>
    /// <param name="random">A number from 0 to 1.</param>
    public TimeSpan? After(int attempts, double random) => attempts > Delays.Count ? null : Delays[attempts - 1] * (1 - Jitter + (2 * Jitter * random));
}
