using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using EventBus.Bench.Measuring;

namespace EventBus.Bench.Reporting;

/// <summary>Every round, for whoever compares runs.</summary>
static class JsonReport
{
    /// <summary>A round without a single event has no ratio.</summary>
    static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { WriteIndented = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    public static async Task WriteAsync(FileInfo file, Plan plan, IReadOnlyList<ScenarioResult> results, CancellationToken cancellationToken)
    {
        await using var stream = file.Create();
        var report = new
        {
            Cores = Environment.ProcessorCount,
            Runtime = RuntimeInformation.FrameworkDescription,
            System = RuntimeInformation.OSDescription,
            plan.Rounds,
            plan.Duration.TotalSeconds,
            Results = results,
        };
        await JsonSerializer.SerializeAsync(stream, report, Options, cancellationToken);
    }
}
