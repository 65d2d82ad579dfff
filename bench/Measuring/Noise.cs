namespace EventBus.Bench.Measuring;

/// <summary>When measurements say too little.</summary>
static class Noise
{
    const double MaxSpread = 1.25;
    const double MaxOthersCpu = 0.05;

    /// <summary>The largest of the ratios to the smallest.</summary>
    public static double Spread(IEnumerable<double> ratios) => ratios.Max() / ratios.Min();

    /// <summary>Whether the rounds contradict each other, or the machine did something else as well.</summary>
    /// <param name="ratios">Round by round.</param>
    /// <param name="othersCpu">How much of the machine other processes took, 0 to 1.</param>
    public static bool IsIn(IReadOnlyList<double> ratios, double othersCpu) => Spread(ratios) > MaxSpread || othersCpu > MaxOthersCpu;
}
