using EventBus.Bench.Measuring;
using EventBus.Bench.Scale;

namespace EventBus.Bench.Soaking;

/// <summary>The hosts' memory, looked at again and again while something runs.</summary>
/// <param name="side">The hosts.</param>
/// <param name="interval">Time between two looks.</param>
sealed class MemorySamples(SystemSide side, TimeSpan interval)
{
    const double Mebibyte = 1024 * 1024;

    readonly List<IReadOnlyList<MemoryUse>> _samples = [];

    /// <summary>How often was looked.</summary>
    public int Count => _samples.Count;

    /// <summary>Looks until the work is done.</summary>
    public async Task<T> WhileAsync<T>(Task<T> work, CancellationToken cancellationToken)
    {
        while (!work.IsCompleted)
        {
            _samples.Add(await side.ReadMemoryAsync(cancellationToken));
            await Task.WhenAny(work, Task.Delay(interval, cancellationToken));
        }

        return await work;
    }

    /// <summary>The median of a part of the time, in MiB.</summary>
    /// <param name="host">Whose.</param>
    /// <param name="figure">Which bytes.</param>
    /// <param name="from">Where the part begins, of all the time.</param>
    /// <param name="to">Where it ends.</param>
    public double MedianOf(string host, Func<MemoryUse, long> figure, double from, double to) => Median.Of(Of(host, figure, (int)(from * Count), Math.Max((int)(to * Count), (int)(from * Count) + 1)));

    /// <summary>The most, in MiB.</summary>
    public double MostOf(string host, Func<MemoryUse, long> figure) => Of(host, figure, 0, Count).Max();

    IEnumerable<double> Of(string host, Func<MemoryUse, long> figure, int from, int to) =>
        _samples[Math.Min(from, Count - 1)..Math.Min(to, Count)].Select(s => figure(s.First(u => u.Host == host)) / Mebibyte);
}
