using EventBus.Bench.Scenarios;

namespace EventBus.Bench.Measuring;

/// <summary>What is measured, and how long.</summary>
/// <param name="Rounds">How often each side is measured.</param>
/// <param name="Duration">How long each time.</param>
/// <param name="WarmUp">How long each side runs before that, again and again until its runtime has compiled what is hot with optimisation; zero for not at all.</param>
/// <param name="Scenarios">In this order.</param>
sealed record Plan(int Rounds, TimeSpan Duration, TimeSpan WarmUp, IReadOnlyList<Scenario> Scenarios)
{
    /// <summary>Lets the broker finish with what a purge leaves behind.</summary>
    public TimeSpan Pause { get; } = Duration / 10;
}
