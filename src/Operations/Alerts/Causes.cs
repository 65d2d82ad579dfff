using System.Data.Common;
using Dapper;
using EventBus.Operations.Broker;
using EventBus.Storage;

namespace EventBus.Operations.Alerts;

/// <summary>Reads what is wrong now, from indexes: it costs the same however much is stored.</summary>
/// <param name="options">When it is wrong.</param>
sealed class Causes(AlertOptions options)
{
    /// <summary>Counts end here: what is said then is "1000 or more".</summary>
    public const int MaxCount = 1000;

    /// <summary>Groups of dead letters that have an alert each.</summary>
    public const int MaxGroups = 100;

    /// <summary>A host of which nothing is heard for so long is not there any more: five heartbeats.</summary>
    public static readonly TimeSpan HostGone = TimeSpan.FromSeconds(10);

    readonly ConsumerCauses _consumers = new();

    /// <summary>What is wrong.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="broker">How the broker does; null where that is not known.</param>
    /// <param name="now">The database's clock.</param>
    /// <param name="watchingSince">Since when it has been looked without a break: nobody is missed for what may be the storage's own absence.</param>
    /// <param name="open">The causes that have an open alert: those are not over because a watcher has begun anew.</param>
    public async Task<IReadOnlyList<Cause>> ReadAsync(DbConnection connection, BrokerView? broker, long now, long watchingSince, IReadOnlySet<string> open) =>
    [
        .. await EndpointsAsync(connection, now), .. await DeadLettersAsync(connection, now), .. await WaitingAsync(connection, now), .. await LedgerAsync(connection),
        .. await UnroutedAsync(connection, now), .. await _consumers.ReadAsync(connection, broker, now, watchingSince, open),
        .. await new HostCauses(options.Steady).ReadAsync(connection, now, watchingSince, open), .. BrokerCauses.Read(broker, open),
    ];

    async Task<IEnumerable<Cause>> EndpointsAsync(DbConnection connection, long now) => (await connection.QueryAsync<EndpointState>(
        """
        SELECT e.name AS Name, e.state AS State, e.failing_since AS FailingSince, e.opened_at AS OpenedAt, e.changed_at AS ChangedAt FROM endpoints e
        WHERE (e.state = 'disabled' OR (e.state <> 'paused' AND e.failing_since <= @steady)) AND EXISTS (SELECT 1 FROM consumers c WHERE c.endpoint = e.name)
        """,
        new { steady = now - Ms(options.Steady) })).Select(e =>
            e.State == EndpointState.Disabled
                ? new Cause(AlertKind.EndpointDisabled, e.Name, $"Endpoint {e.Name} is disabled: nothing goes out to it, and its events wait until somebody resumes it.", e.ChangedAt)
                : new Cause(
                    AlertKind.EndpointFailing, e.Name,
                    e.OpenedAt is null ? $"Endpoint {e.Name} fails; what it does not take is tried again." : $"Endpoint {e.Name} fails for everybody: its events wait, and one tries now and then.",
                    e.FailingSince));

    static async Task<IEnumerable<Cause>> DeadLettersAsync(DbConnection connection, long now) => (await connection.QueryAsync<(string Group, long Count, string Consumer, string Endpoint, string Cause)>(
        $"""
         WITH RECURSIVE g (cause_group) AS (
             SELECT min(cause_group) FROM dead_letters WHERE state = 'dead'
             UNION ALL
             SELECT (SELECT min(l.cause_group) FROM dead_letters l WHERE l.state = 'dead' AND l.cause_group > g.cause_group) FROM g WHERE g.cause_group IS NOT NULL)
         SELECT f.cause_group, (SELECT count(*) FROM (SELECT 1 AS one FROM dead_letters l WHERE l.state = 'dead' AND l.cause_group = f.cause_group LIMIT {MaxCount}) AS n) AS waiting, d.consumer, d.endpoint, d.cause
         FROM (SELECT cause_group FROM g WHERE cause_group IS NOT NULL LIMIT {MaxGroups}) AS f
         JOIN dead_letters d ON d.delivery = (SELECT l.delivery FROM dead_letters l WHERE l.state = 'dead' AND l.cause_group = f.cause_group LIMIT 1)
         LEFT JOIN failure_marks m ON m.cause_group = f.cause_group
         WHERE coalesce(m.silenced_until, 0) <= @now AND (m.silenced_at IS NULL OR m.silenced_at < (SELECT count(*) FROM dead_letters l WHERE l.state = 'dead' AND l.cause_group = f.cause_group))
         """,
        new { now }))
        .Select(g => new Cause(AlertKind.DeadLetters, g.Group, $"{Counted(g.Count, "event")} failed for good at {Where(g.Consumer, g.Endpoint)}: {g.Cause}. To be retried or discarded."));

    async Task<IEnumerable<Cause>> WaitingAsync(DbConnection connection, long now) => (await connection.QueryAsync<(string Consumer, string Endpoint, long Oldest)>(
        $"""
        SELECT c.name, c.endpoint, min(d.stored_at) FROM consumers c
        JOIN lanes l ON {LaneNames.AreOf("c.name", "l.name")}
        JOIN deliveries d ON d.id = (SELECT w.id FROM deliveries w WHERE w.state = 0 AND w.lane = l.name AND w.endpoint = c.endpoint ORDER BY w.position LIMIT 1)
        LEFT JOIN endpoints e ON e.name = c.endpoint
        WHERE coalesce(e.state, 'enabled') = 'enabled' AND e.failing_since IS NULL GROUP BY c.name, c.endpoint HAVING min(d.stored_at) <= @limit
        """,
        new { limit = now - Ms(options.OldestWaiting) }))
        .Select(w => new Cause(
            AlertKind.Waiting, w.Endpoint.Length == 0 ? w.Consumer : $"{w.Consumer}/{w.Endpoint}", $"The oldest event for {Where(w.Consumer, w.Endpoint)} has waited for more than {options.OldestWaiting}.", w.Oldest));

    static async Task<IEnumerable<Cause>> LedgerAsync(DbConnection connection) => (await connection.QueryAsync<(string Consumer, string Endpoint, long Difference)>(
        "SELECT l.consumer, l.endpoint, l.difference FROM ledger_entries l JOIN consumers c ON c.name = l.consumer AND c.endpoint = l.endpoint WHERE l.difference <> 0"))
        .Select(l => new Cause(
            AlertKind.Ledger, l.Endpoint.Length == 0 ? l.Consumer : $"{l.Consumer}/{l.Endpoint}",
            $"The ledger of {Where(l.Consumer, l.Endpoint)} differs by {l.Difference} over the last hour: eventbus ledger --missing lists what is unaccounted for."));

    static async Task<IEnumerable<Cause>> UnroutedAsync(DbConnection connection, long now)
    {
        var count = await connection.QuerySingleAsync<long>(
            $"SELECT count(*) FROM (SELECT 1 AS one FROM events WHERE unrouted = 1 AND accepted_at >= @hour LIMIT {MaxCount}) AS u", new { hour = now - Ms(TimeSpan.FromHours(1)) });
        return count == 0 ? [] : [new Cause(AlertKind.Unrouted, "", $"No consumer had asked for {Counted(count, "event")} of the last hour. They are kept, and can be replayed.")];
    }

    internal static string Counted(long count, string what) => count == 1 ? $"1 {what}" : $"{(count >= MaxCount ? $"{MaxCount} or more" : count)} {what}s";

    static string Where(string consumer, string endpoint) => endpoint.Length == 0 ? $"consumer {consumer}" : $"endpoint {endpoint}";

    internal static long Ms(TimeSpan span) => (long)span.TotalMilliseconds;
}
