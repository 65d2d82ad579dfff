namespace EventBus.Bench.Measuring;

/// <summary>What is measured, and how long.</summary>
/// <param name="Rounds">How often each side is measured.</param>
/// <param name="Duration">How long each time.</param>
/// <param name="Scenarios">In this order.</param>
sealed record Plan(int Rounds, TimeSpan Duration, IReadOnlyList<Scenario> Scenarios)
{
    /// <summary>After that many events the runtime has compiled what is hot with optimisation.</summary>
    public long WarmUpEvents { get; } = 60_000;

    /// <summary>At least so long, and on a slow machine no more than ten times that.</summary>
    public TimeSpan WarmUpStep { get; } = TimeSpan.FromSeconds(5);

    /// <summary>Lets the broker finish with what a purge leaves behind.</summary>
    public TimeSpan Pause { get; } = TimeSpan.FromSeconds(1);
}
