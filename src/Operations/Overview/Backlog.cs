using Dapper;
using EventBus.Storage;

namespace EventBus.Operations.Overview;

/// <summary>What waits at a consumer or endpoint. It is counted from the index of what waits, up to a limit, so it costs the same however much is stored.</summary>
/// <param name="Consumer">The consumer.</param>
/// <param name="Endpoint">The endpoint; empty for the consumer's own handler.</param>
/// <param name="Waiting">Events that wait, up to <see cref="Max"/> in each partition.</param>
/// <param name="Oldest">Since when the oldest of them does, in milliseconds since 1970-01-01 UTC; null where none does.</param>
/// <param name="Dead">Dead letters that wait for a decision, up to <see cref="Max"/>.</param>
public sealed record Backlog(string Consumer, string Endpoint, long Waiting, long? Oldest, long Dead)
{
    /// <summary>What is counted at most.</summary>
    public const int Max = Minutes.MaxWaiting;

    /// <summary>Reads it of every consumer and endpoint that is known.</summary>
    public static async Task<IReadOnlyList<Backlog>> ReadAsync(Database database, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(database);
        await using var connection = await database.ConnectAsync(cancellationToken);
        var dead = (await connection.QueryAsync<(string Consumer, string Endpoint, long Count)>(new CommandDefinition(
            "SELECT consumer, endpoint, count(*) FROM (SELECT consumer, endpoint FROM dead_letters WHERE state = 'dead' LIMIT @Max) AS l GROUP BY consumer, endpoint",
            new { Max }, cancellationToken: cancellationToken))).ToDictionary(r => (r.Consumer, r.Endpoint), r => r.Count);
        var lanes = await connection.QueryAsync<(string Consumer, string Endpoint, long Waiting, long? Oldest)>(new CommandDefinition(
            $"""
            SELECT c.name, c.endpoint,
                coalesce((SELECT count(*) FROM (SELECT 1 AS one FROM deliveries d WHERE d.state = 0 AND d.lane = l.name AND d.endpoint = c.endpoint LIMIT @Max) AS w), 0),
                (SELECT d.stored_at FROM deliveries d WHERE d.state = 0 AND d.lane = l.name AND d.endpoint = c.endpoint ORDER BY d.position LIMIT 1)
            FROM consumers c LEFT JOIN lanes l ON {LaneNames.AreOf("c.name", "l.name")} ORDER BY c.name, c.endpoint
            """,
            new { Max }, cancellationToken: cancellationToken));
        return [.. lanes.GroupBy(l => (l.Consumer, l.Endpoint)).Select(g => new Backlog(g.Key.Consumer, g.Key.Endpoint, g.Sum(l => l.Waiting), g.Min(l => l.Oldest), dead.GetValueOrDefault(g.Key)))];
    }
}
