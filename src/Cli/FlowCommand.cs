using System.CommandLine;
using EventBus.Operations.Overview;

namespace EventBus.Cli;

/// <summary><c>eventbus flow</c>: what comes from where, where it goes, and what waits.</summary>
static class FlowCommand
{
    public static Command Create() => StoredCommand.Create("flow", "What comes from where, where it goes, and what waits: a second, and in the last hour.", [StoredCommand.Json], async (parsed, database, cancellationToken) =>
    {
        var flow = await new FlowMap(database, TimeProvider.System).ReadAsync(cancellationToken);
        if (parsed.GetValue(StoredCommand.Json))
        {
            Terminal.Json(flow);
            return 0;
        }

        await Console.Out.WriteLineAsync(flow.CountedAt is { } at ? $"As of {Terminal.Time(at.ToUnixTimeMilliseconds())}." : "Nothing was counted yet; the archive's host counts.");
        Terminal.Table(
            ["From", "To", "A second", "Failing", "Last hour", "Waiting", "Oldest", "State"],
            flow.Accepted.Select(e => Row(e, null))
                .Concat(flow.Handled.Select(e => Row(e, flow.Targets.FirstOrDefault(t => t.Consumer == e.To && t.Endpoint.Length == 0))))
                .Concat(flow.Delivered.Select(e => Row(e, flow.Targets.FirstOrDefault(t => t.Consumer == e.From && t.Endpoint == e.To)))));
        return 0;
    });

    static object?[] Row(FlowEdge edge, FlowTarget? target) =>
        [edge.From, edge.To, $"{edge.Rate:0.0}", $"{edge.Failing:0.0}", edge.Hour, target?.Waiting, Terminal.Time(target?.Oldest), target?.State];
}
