using Dapper;
using EventBus.Storage;

namespace EventBus.Operations.Overview;

/// <summary>Reads the flow: what was counted within the last hour, and what waits, from the index that lanes read by.</summary>
public sealed class FlowMap(Database database, TimeProvider time)
{
    const long Hour = 3_600_000;

    /// <summary>How it flows now.</summary>
    public async Task<Flow> ReadAsync(CancellationToken cancellationToken = default)
    {
        var backlogs = (await Backlog.ReadAsync(database, cancellationToken)).ToDictionary(b => (b.Consumer, b.Endpoint));
        await using var connection = await database.ConnectAsync(cancellationToken);
        var countedAt = await connection.QuerySingleAsync<long>(new CommandDefinition("SELECT counted_at FROM flow_counted WHERE id = 1", cancellationToken: cancellationToken));
        var recent = (countedAt / Minutes.Length * Minutes.Length) - Minutes.Length;
        var counts = (await connection.QueryAsync<Count>(new CommandDefinition(
            """
            SELECT source AS Source, family AS Family, consumer AS Consumer, endpoint AS Endpoint, CAST(sum(succeeded + failed) AS BIGINT) AS Hour,
                CAST(sum(CASE WHEN minute >= @recent THEN succeeded + failed ELSE 0 END) AS BIGINT) AS Recent, CAST(sum(CASE WHEN minute >= @recent THEN failed ELSE 0 END) AS BIGINT) AS Failed
            FROM flow_minutes WHERE minute >= @from GROUP BY source, family, consumer, endpoint
            """,
            new { recent, from = time.GetUtcNow().ToUnixTimeMilliseconds() - Hour }, cancellationToken: cancellationToken))).AsList();
        var targets = (await connection.QueryAsync<(string Consumer, string Endpoint, string Patterns, string State)>(new CommandDefinition(
            "SELECT c.name, c.endpoint, c.patterns, coalesce(e.state, 'enabled') FROM consumers c LEFT JOIN endpoints e ON e.name = c.endpoint ORDER BY c.name, c.endpoint",
            cancellationToken: cancellationToken))).Select(t =>
            {
                var backlog = backlogs.GetValueOrDefault((t.Consumer, t.Endpoint));
                return new FlowTarget { Consumer = t.Consumer, Endpoint = t.Endpoint, Patterns = t.Patterns, State = t.State, Waiting = backlog?.Waiting ?? 0, Oldest = backlog?.Oldest };
            }).ToList();

        // The minute before the one that runs, and that: so many seconds.
        var seconds = Math.Max(1, (countedAt - recent) / 1000.0);
        FlowEdge Edge((string From, string To) between, IEnumerable<Count> of)
        {
            var all = of.ToList();
            return new FlowEdge(between.From, between.To, all.Sum(c => c.Recent) / seconds, all.Sum(c => c.Failed) / seconds, all.Sum(c => c.Hour));
        }

        List<FlowEdge> Edges(IEnumerable<Count> some, Func<Count, (string From, string To)> between) =>
            [.. some.GroupBy(between).Select(g => Edge(g.Key, g)).OrderBy(e => e.From, StringComparer.Ordinal).ThenBy(e => e.To, StringComparer.Ordinal)];
        var accepted = Edges(counts.Where(c => c.Consumer.Length == 0), c => (c.Source, c.Family));
        var attempts = counts.Where(c => c.Consumer.Length > 0).ToList();
        var handled = Edges(attempts, c => (c.Family, c.Consumer));
        handled.AddRange(Asked(accepted.Select(a => a.To).Distinct(StringComparer.Ordinal), targets).Where(a => !handled.Exists(h => (h.From, h.To) == a)).Select(a => new FlowEdge(a.Family, a.Consumer, 0, 0, 0)).ToList());
        return new Flow(
            countedAt == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(countedAt), accepted, handled,
            [.. targets.Where(t => t.Endpoint.Length > 0).Select(t => Edge((t.Consumer, t.Endpoint), attempts.Where(a => a.Consumer == t.Consumer && a.Endpoint == t.Endpoint)))], targets);
    }

    /// <summary>Which consumers ask for something of which of these families, themselves or for an endpoint.</summary>
    static IEnumerable<(string Family, string Consumer)> Asked(IEnumerable<string> families, IReadOnlyList<FlowTarget> targets)
    {
        var asked = targets.SelectMany(t => AskedPatterns.Read(t.Patterns).SelectMany(p => p.Families).Select(f => (f.Word, t.Consumer))).ToHashSet();
        return families.SelectMany(f => targets.Select(t => t.Consumer).Distinct(StringComparer.Ordinal).Select(c => (f, c))).Where(asked.Contains);
    }

    sealed class Count
    {
        public string Source { get; init; } = "";

        public string Family { get; init; } = "";

        public string Consumer { get; init; } = "";

        public string Endpoint { get; init; } = "";

        public long Hour { get; init; }

        public long Recent { get; init; }

        public long Failed { get; init; }
    }
}
