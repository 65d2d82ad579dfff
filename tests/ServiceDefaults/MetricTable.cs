using EventBus.Tests.Contracts;

namespace EventBus.Tests.ServiceDefaults;

/// <summary>A metric, as <c>docs/operate.md</c> lists it.</summary>
/// <param name="Name">Its name in OpenTelemetry.</param>
/// <param name="Kind">counter, gauge or histogram.</param>
/// <param name="Unit">Its unit (UCUM).</param>
/// <param name="Labels">The names of its labels, in their order.</param>
sealed record DocumentedMetric(string Name, string Kind, string Unit, string Labels)
{
    /// <summary>The series it becomes in Prometheus (OpenTelemetry's specification of Prometheus compatibility).</summary>
    public IEnumerable<string> Series
    {
        get
        {
            var name = $"{Name.Replace('.', '_')}{(Unit == "s" ? "_seconds" : "")}";
            return Kind switch
            {
                "counter" => [$"{name}_total"],
                "histogram" => [$"{name}_bucket", $"{name}_count", $"{name}_sum"],
                _ => [name],
            };
        }
    }
}

/// <summary>The table of metrics in <c>docs/operate.md</c>.</summary>
static class MetricTable
{
    public static IReadOnlyList<DocumentedMetric> Rows { get; } =
    [
        .. File.ReadLines(Repository.PathTo("docs/operate.md"))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Where(cells => cells.Length == 7 && cells[2] is "counter" or "gauge" or "histogram")
            .Select(cells => new DocumentedMetric(
                cells[1].Trim('`'), cells[2], cells[3].Trim('`'), string.Join(", ", cells[4].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(l => l.Trim('`')).Order(StringComparer.Ordinal)))),
    ];
}
