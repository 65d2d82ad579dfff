using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using EventBus.Bench.Measuring;

namespace EventBus.Bench.Reporting;

/// <summary>The figures of a run as JSON, for whoever compares runs.</summary>
static class JsonReport
{
    /// <summary>A round without a single event has no ratio.</summary>
    static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { WriteIndented = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>Writes figures, and on what they were measured, to a file, if one is asked for.</summary>
    public static async Task WriteAsync(FileInfo? file, object figures, CancellationToken cancellationToken)
    {
        if (file is null)
        {
            return;
        }

        var report = JsonSerializer.SerializeToNode(
            new { Cores = Environment.ProcessorCount, Runtime = RuntimeInformation.FrameworkDescription, System = RuntimeInformation.OSDescription }, Options)!.AsObject();
        foreach (var (name, value) in JsonSerializer.SerializeToNode(figures, Options)!.AsObject())
        {
            report[name] = value?.DeepClone();
        }

        await using var stream = file.Create();
        await JsonSerializer.SerializeAsync(stream, report, Options, cancellationToken);
    }

    /// <summary>What the scenarios have measured.</summary>
    public static object Of(Plan plan, IReadOnlyList<ScenarioResult> results) => new
    {
        plan.Duration.TotalSeconds,
        Scenarios = results.Select(r => new
        {
            r.Scenario.Name,
            r.Ratio,
            r.Scenario.Target,
            TargetIs = r.Scenario.IsLatency ? "at most" : "at least",
            r.IsMet,
            Medians = new { Ours = Medians(r.Ours), Twin = Medians(r.Twin) },
            Spread = new { Least = r.Ratios.Min(), Most = r.Ratios.Max() },
            CpuSecondsPer10000 = new { Ours = CpuSeconds.MedianOf(r.Ours), Twin = CpuSeconds.MedianOf(r.Twin) },
            AllocatedBytesPerEvent = new { Ours = Median.Of(r.Ours.Select(o => o.AllocatedBytes)), Twin = Median.Of(r.Twin.Select(t => t.AllocatedBytes)) },
            Noise = new { r.IsNoisy, r.Spread, r.OthersCpu, r.IsCold, r.Compiling },
            Rounds = new { r.Ours, r.Twin, r.WarmUp },
        }),
    };

    static object Medians(IReadOnlyList<Round> rounds) => new
    {
        EventsPerSecond = Median.Of(rounds.Select(r => r.EventsPerSecond)),
        P50Milliseconds = Median.Of(rounds.Select(r => r.P50Milliseconds)),
        P95Milliseconds = Median.Of(rounds.Select(r => r.P95Milliseconds)),
        P99Milliseconds = Median.Of(rounds.Select(r => r.P99Milliseconds)),
    };
}
