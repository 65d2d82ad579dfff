using System.Diagnostics;

namespace EventBus.Bench.Load;

/// <summary>Durations, in order.</summary>
sealed class Percentiles(IEnumerable<long> ticks)
{
    readonly long[] _ticks = [.. ticks.Order()];

    public int Count => _ticks.Length;

    /// <summary>So many milliseconds were enough for this share of them; 0 where there are none.</summary>
    public double At(double share) => Count == 0 ? 0 : _ticks[(int)(Count * share)] * 1000.0 / Stopwatch.Frequency;
}
