using EventBus.Bench.Measuring;

namespace EventBus.Bench.Scale;

/// <summary>What came of a scenario; the n-th rounds were measured one after the other.</summary>
/// <param name="Scenario">Which.</param>
/// <param name="Small">The rounds with little of it.</param>
/// <param name="Large">The rounds with much.</param>
/// <param name="WarmUp">Of both, before that; only whether they failed counts.</param>
sealed record ScaleResult(ScaleScenario Scenario, IReadOnlyList<Round> Small, IReadOnlyList<Round> Large, IReadOnlyList<Round> WarmUp)
{
    /// <summary>Much to little, round by round: CPU for an event, or for a byte of it.</summary>
    public IReadOnlyList<double> Ratios { get; } =
        [.. Large.Zip(Small, (large, small) => large.Cpu.Measured / small.Cpu.Measured / (Scenario.IsPerByte ? (double)Scenario.Large / Scenario.Small : 1))];

    /// <summary>The ratio that counts.</summary>
    public double Ratio => Median.Of(Ratios);

    /// <summary>How much of the machine processes took that have nothing to do with it, at the median.</summary>
    public double OthersCpu => Median.Of(Small.Concat(Large).Select(r => r.OthersCpu));

    /// <summary>Whether the rounds contradict each other, or the machine did something else as well.</summary>
    public bool IsNoisy => Noise.IsIn(Ratios, OthersCpu);

    /// <summary>Whether the target is met.</summary>
    public bool IsMet => Ratio < ScaleScenario.Target;
}
