using System.Text;
using EventBus.Bench.Measuring;
using EventBus.Bench.Scale;

namespace EventBus.Bench.Reporting;

/// <summary>What growth costs, as Markdown and as JSON.</summary>
static class ScaleReport
{
    public static string Table(IReadOnlyList<ScaleResult> results)
    {
        var text = new StringBuilder()
            .AppendLine("| scenario | from | to | CPU s for 10,000 events, small / large: service | broker | database | ratio | min–max | under |")
            .AppendLine("|---|---:|---:|---|---|---|---:|---|---|");
        foreach (var result in results)
        {
            var (small, large) = (CpuSeconds.MedianOf(result.Small), CpuSeconds.MedianOf(result.Large));
            text.AppendLine(string.Join(
                " | ",
                $"| {result.Scenario.Name}",
                $"{result.Scenario.Small:N0}",
                $"{result.Scenario.Large:N0}",
                $"{small.Service:0.00} / {large.Service:0.00}",
                $"{small.Broker:0.00} / {large.Broker:0.00}",
                $"{small.Database:0.00} / {large.Database:0.00}",
                $"{result.Ratio:0.00}{(result.Scenario.IsPerByte ? " a byte" : "")}",
                $"{result.Ratios.Min():0.00}–{result.Ratios.Max():0.00}",
                $"{ScaleScenario.Target:0.00}{(result.IsMet ? "" : ", missed")} |"));
        }

        foreach (var result in results.Where(r => r.IsNoisy))
        {
            text.AppendLine().AppendLine(
                $"TOO NOISY: the ratios of {result.Scenario.Name} lie between {result.Ratios.Min():0.00} and {result.Ratios.Max():0.00}, and other processes took {result.OthersCpu:P0} of the machine.");
        }

        return text.ToString();
    }

    /// <summary>What growth has been measured to cost.</summary>
    public static object Of(ScalePlan plan, IReadOnlyList<ScaleResult> results) => new
    {
        plan.Duration.TotalSeconds,
        Scale = results.Select(r => new
        {
            r.Scenario.Name,
            r.Scenario.Small,
            r.Scenario.Large,
            r.Scenario.IsPerByte,
            r.Ratio,
            ScaleScenario.Target,
            r.IsMet,
            CpuSecondsPer10000 = new { Small = CpuSeconds.MedianOf(r.Small), Large = CpuSeconds.MedianOf(r.Large) },
            Noise = new { r.IsNoisy, Least = r.Ratios.Min(), Most = r.Ratios.Max(), r.OthersCpu },
            Rounds = new { r.Small, r.Large, r.WarmUp },
        }),
    };
}
