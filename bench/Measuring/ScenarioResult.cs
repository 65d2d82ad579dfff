using EventBus.Bench.Scenarios;

namespace EventBus.Bench.Measuring;

/// <summary>What came of a scenario; the n-th rounds were measured one after the other.</summary>
/// <param name="Scenario">Which.</param>
/// <param name="Ours">Our rounds.</param>
/// <param name="Twin">The twin's.</param>
/// <param name="WarmUp">Of both, before that; only whether they failed counts.</param>
sealed record ScenarioResult(Scenario Scenario, IReadOnlyList<Round> Ours, IReadOnlyList<Round> Twin, IReadOnlyList<Round> WarmUp)
{
    /// <summary>Ours to the twin's, round by round.</summary>
    public IReadOnlyList<double> Ratios { get; } = [.. Ours.Zip(Twin, (ours, twin) => Scenario.FigureOf(ours) / Scenario.FigureOf(twin))];

    /// <summary>The ratio that counts.</summary>
    public double Ratio => Median.Of(Ratios);

    /// <summary>The largest of the ratios to the smallest.</summary>
    public double Spread => Noise.Spread(Ratios);

    /// <summary>How much of the machine other processes took, at the median.</summary>
    public double OthersCpu => Median.Of(Ours.Concat(Twin).Select(r => r.OthersCpu));

    /// <summary>How long the runtimes were compiling, in seconds by the second, at the median of the side where it is more.</summary>
    public double Compiling => Math.Max(Median.Of(Ours.Select(r => r.Compiling)), Median.Of(Twin.Select(r => r.Compiling)));

    /// <summary>Whether it was measured before what is hot was compiled with optimisation.</summary>
    public bool IsCold => Compiling > Measuring.WarmUp.MaxCompiling;

    /// <summary>Whether the rounds contradict each other, or the machine did something else as well.</summary>
    public bool IsNoisy => Noise.IsIn(Ratios, OthersCpu);

    /// <summary>Whether the target is met.</summary>
    public bool IsMet => Scenario.IsLatency ? Ratio <= Scenario.Target : Ratio >= Scenario.Target;
}
