using System.CommandLine;
using EventBus.Bench.Load;
using EventBus.Bench.Measuring;
using EventBus.Bench.Reporting;
using EventBus.Bench.Scale;

namespace EventBus.Bench.Soaking;

/// <summary><c>soak</c>: whether memory stays flat under a steady load.</summary>
static class SoakCommand
{
    /// <summary>Of the rate that was measured before.</summary>
    const double Share = 0.7;

    /// <summary>The last third has at most so much more than the middle one.</summary>
    const double MaxGrowth = 1.05;

    /// <summary>A host has at most so many MiB.</summary>
    const double MaxResident = 250;

    const int Connections = 64;

    static readonly TimeSpan Most = TimeSpan.FromSeconds(20);
    static readonly TimeSpan Slice = TimeSpan.FromSeconds(30);
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public static Command Create()
    {
        var minutes = new Option<double>("--minutes") { Description = "How long.", DefaultValueFactory = _ => 30 };
        var json = BenchOptions.Json();
        var command = new Command("soak", $"Gateway, webhooks, archive and Console at {Share:P0} of what they can, measured first; their memory in thirds of the time, and whether every event came to its end. {ExitCodes.Help}") { minutes, json };
        command.Measures((parsed, cancellationToken) => RunAsync(TimeSpan.FromMinutes(parsed.GetValue(minutes)), parsed.GetValue(json), cancellationToken));
        return command;
    }

    static async Task<int> RunAsync(TimeSpan duration, FileInfo? json, CancellationToken cancellationToken)
    {
        await using var bed = await Bed.StartAsync(cancellationToken);
        await using var side = await SystemSide.StartAsync(bed, new SystemPlan(new Shape()) { Connections = Connections, HasConsole = true }, cancellationToken);

        var warm = await WarmUp.RunAsync(() => Meter.MeasureAsync(bed, side, Most, cancellationToken), round => $"the most: {round.EventsPerSecond:N0} events a second");
        var most = warm[^1].EventsPerSecond;
        var rate = Share * most;
        await Console.Error.WriteLineAsync($"the most: {most:N0} events a second until all have come to their end; going on with {rate:N0} for {duration.TotalMinutes:0.#} minutes");

        using var load = new OpenLoad(side.Gateway, side.Key, side.Subjects, rate);
        var samples = new MemorySamples(side, Interval);
        var total = await samples.WhileAsync(SendAsync(side, load, duration, cancellationToken), cancellationToken);
        var hosts = side.Hosts.Select(h => HostMemory.Of(h, samples)).ToList();
        Console.WriteLine($"{total.Events:N0} events at {rate:N0} a second; {total.Failed} not taken, {total.Lost} lost, {total.OutOfOrder} out of order, twice or behind one that was not taken{(total.FirstError is { } error ? $" ({error})" : "")}; p50 {total.P50Milliseconds:0.0} ms, p99 {total.P99Milliseconds:0.0} ms to the receiver");
        Console.WriteLine();
        Console.WriteLine("| host | resident MiB: first third | middle | last | last / middle | most | heap MiB: first third | middle | last | |");
        Console.WriteLine("|---|---:|---:|---:|---:|---:|---:|---:|---:|---|");
        foreach (var h in hosts)
        {
            Console.WriteLine(
                $"| {h.Host} | {h.Resident[0]:0} | {h.Resident[1]:0} | {h.Resident[2]:0} | {h.Growth:0.000} | {h.Most:0} | {h.Heap[0]:0} | {h.Heap[1]:0} | {h.Heap[2]:0} | {(h.Growth > MaxGrowth ? "grows" : "")} {(h.Most > MaxResident ? $"over {MaxResident:0}" : "")} |");
        }

        await JsonReport.WriteAsync(json, new { most, rate, minutes = duration.TotalMinutes, total.Events, total.Failed, total.Lost, total.OutOfOrder, hosts }, cancellationToken);
        return total is { Failed: 0, Lost: 0, OutOfOrder: 0 } ? ExitCodes.Measured : ExitCodes.EventsFailed;
    }

    static async Task<Outcome> SendAsync(SystemSide side, OpenLoad load, TimeSpan duration, CancellationToken cancellationToken)
    {
        var slices = new List<Outcome>();
        var start = TimeProvider.System.GetTimestamp();
        while (duration - TimeProvider.System.GetElapsedTime(start) is var left && left > TimeSpan.FromSeconds(1))
        {
            await side.PrepareAsync(TimeSpan.Zero, cancellationToken);
            var slice = await side.RunAsync(() => load.RunAsync(left < Slice ? left : Slice), cancellationToken);
            slices.Add(await side.SettleAsync(slice, cancellationToken));
            await Console.Error.WriteLineAsync($"{TimeProvider.System.GetElapsedTime(start).TotalMinutes:0.0} minutes: {slices.Sum(s => s.Events):N0} events, {slices.Sum(s => s.Lost)} lost, p99 {slices[^1].P99Milliseconds:0.0} ms");
        }

        return new Outcome(
            slices.Sum(s => s.Events), slices.Sum(s => s.Failed), slices.Sum(s => s.Seconds), Median.Of(slices.Select(s => s.P50Milliseconds)), 0, Median.Of(slices.Select(s => s.P99Milliseconds)),
            slices.Select(s => s.FirstError).FirstOrDefault(e => e is not null))
        {
            Lost = slices.Sum(s => s.Lost),
            OutOfOrder = slices.Sum(s => s.OutOfOrder),
        };
    }

    /// <summary>A host's memory.</summary>
    sealed record HostMemory(string Host, IReadOnlyList<double> Resident, double Growth, double Most, IReadOnlyList<double> Heap)
    {
        public static HostMemory Of(string host, MemorySamples samples)
        {
            double[] Thirds(Func<MemoryUse, long> figure) => [.. Enumerable.Range(0, 3).Select(t => samples.MedianOf(host, figure, t / 3.0, (t + 1) / 3.0))];
            var resident = Thirds(u => u.Resident);
            return new HostMemory(host, resident, resident[2] / resident[1], samples.MostOf(host, u => u.Resident), Thirds(u => u.Heap));
        }
    }
}
