using System.Text;
using EventBus.Bench.Measuring;

namespace EventBus.Bench.Reporting;

/// <summary>The table on standard output, in Markdown.</summary>
static class TableReport
{
    public static string Write(IReadOnlyList<ScenarioResult> results)
    {
        var text = new StringBuilder()
            .AppendLine("| scenario | ours/s | twin/s | ratio | min–max | p99 ms, ours / twin | CPU s per 10,000: ours / twin | broker, for ours / twin | load, for ours / twin |")
            .AppendLine("|---|---:|---:|---:|---|---|---|---|---|");
        foreach (var result in results)
        {
            text.AppendLine(string.Join(
                " | ",
                $"| {result.Scenario.Name}",
                $"{Median.Of(result.Ours.Select(r => r.EventsPerSecond)):N0}",
                $"{Median.Of(result.Twin.Select(r => r.EventsPerSecond)):N0}",
                $"{Median.Of(result.Ratios):0.00}",
                $"{result.Ratios.Min():0.00}–{result.Ratios.Max():0.00}",
                Pair(result, r => r.P99Milliseconds, "0.0"),
                Pair(result, r => r.ServiceCpu, "0.00"),
                Pair(result, r => r.BrokerCpu, "0.00"),
                $"{(result.Scenario.Connections == 0 ? "in the process" : Pair(result, r => r.LoadCpu, "0.00"))} |"));
        }

        foreach (var result in results.Where(r => r.IsNoisy))
        {
            text.AppendLine().AppendLine(
                $"TOO NOISY: the ratios of {result.Scenario.Name} lie between {result.Ratios.Min():0.00} and {result.Ratios.Max():0.00}, and other processes took {result.OthersCpu:P0} of the machine. Run it again on a quiet one, or with more rounds.");
        }

        return text.ToString();
    }

    static string Pair(ScenarioResult result, Func<Round, double> figure, string format) =>
        $"{Median.Of(result.Ours.Select(figure)).ToString(format)} / {Median.Of(result.Twin.Select(figure)).ToString(format)}";
}
