using System.Text;
using EventBus.Bench.Measuring;

namespace EventBus.Bench.Reporting;

/// <summary>The tables on standard output, in Markdown.</summary>
static class TableReport
{
    public static string Write(IReadOnlyList<ScenarioResult> results)
    {
        var text = new StringBuilder()
            .AppendLine("| scenario | ours/s | twin/s | p99 ms, ours / twin | ratio | min–max | target |")
            .AppendLine("|---|---:|---:|---|---:|---|---|");
        foreach (var result in results)
        {
            text.AppendLine(string.Join(
                " | ",
                $"| {result.Scenario.Name}",
                $"{Median.Of(result.Ours.Select(r => r.EventsPerSecond)):N0}",
                $"{Median.Of(result.Twin.Select(r => r.EventsPerSecond)):N0}",
                result.Ours[0].P99Milliseconds > 0 ? Pair(result, r => r.P99Milliseconds, "0.0") : "not timed",
                $"{result.Ratio:0.00}",
                $"{result.Ratios.Min():0.00}–{result.Ratios.Max():0.00}",
                $"{(result.Scenario.IsLatency ? "at most" : "at least")} {result.Scenario.Target:0.00}{(result.IsMet ? "" : ", missed")} |"));
        }

        text.AppendLine()
            .AppendLine("| CPU seconds per 10,000 events, ours / twin | service | broker | database | load | KB allocated an event |")
            .AppendLine("|---|---|---|---|---|---|");
        foreach (var result in results)
        {
            text.AppendLine(string.Join(
                " | ",
                $"| {result.Scenario.Name}",
                Pair(result, r => r.Cpu.Service, "0.00"),
                Pair(result, r => r.Cpu.Broker, "0.00"),
                Pair(result, r => r.Cpu.Database, "0.00"),
                Pair(result, r => r.Cpu.Load, "0.00"),
                $"{Pair(result, r => r.AllocatedBytes / 1024, "0.0")} |"));
        }

        foreach (var result in results.Where(r => r.IsNoisy))
        {
            text.AppendLine().AppendLine(
                $"TOO NOISY: the ratios of {result.Scenario.Name} lie between {result.Ratios.Min():0.00} and {result.Ratios.Max():0.00}, and other processes took {result.OthersCpu:P0} of the machine. Run it again on a quiet one, or with more rounds.");
        }

        foreach (var result in results.Where(r => r.IsCold))
        {
            text.AppendLine().AppendLine($"TOO COLD: the runtimes of {result.Scenario.Name} were compiling for {result.Compiling:P0} of the time. Run it again with a longer --warm-up.");
        }

        return text.ToString();
    }

    static string Pair(ScenarioResult result, Func<Round, double> figure, string format) =>
        $"{Median.Of(result.Ours.Select(figure)).ToString(format)} / {Median.Of(result.Twin.Select(figure)).ToString(format)}";
}
