using Dapper;
using EventBus.Storage;

namespace EventBus.Operations;

/// <summary>
/// Whether for each consumer and endpoint everything that was accepted, and that it asks for, has an outcome or waits: accepted = processed + filtered + superseded +
/// dead + discarded + expired + waiting. It is counted event by event, so that one too many never hides one that is missing.
/// </summary>
public sealed class Ledger(Database database)
{
    /// <summary>The least that is counted together, so the finest that times are taken.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    /// <summary>
    /// What became of an event at a consumer or endpoint: as it came, else as it was replayed; null where nothing is known of it. It is looked up event by event: for a join
    /// PostgreSQL counts on hardly any deliveries of an endpoint that its statistics do not know yet, and compares each event with all of them.
    /// </summary>
    const string State = """
        coalesce(
            (SELECT d.state FROM deliveries d WHERE d.consumer = @Name AND d.endpoint = @Endpoint AND d.event_key = events.event_key),
            (SELECT r.state FROM deliveries r WHERE r.replay IS NOT NULL AND r.event_id = events.id AND r.source = events.source AND coalesce(r.tenant, '') = coalesce(events.tenant, '')
                AND r.consumer = @Name AND r.endpoint = @Endpoint ORDER BY r.id DESC LIMIT 1))
        """;

    /// <summary>Types that are asked for at a time: a statement takes so many parameters only.</summary>
    const int MaxTypes = 1000;

    /// <summary>How long events may be on their way to the archive and to consumers before a window counts.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    /// <summary>Counts what was accepted within a time, from whole windows; what a consumer did not ask for yet then does not count for it.</summary>
    public async Task<IReadOnlyList<LedgerEntry>> CountAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken = default)
    {
        var entries = new List<LedgerEntry>();
        await using var connection = await database.ConnectAsync(cancellationToken);
        foreach (var target in await TargetsAsync(connection, cancellationToken))
        {
            var (filter, since) = (Asked(target), Math.Max(from.ToUnixTimeMilliseconds(), target.Counts));
            var parameters = new DynamicParameters(new { target.Name, target.Endpoint, since, until = to.ToUnixTimeMilliseconds() });
            var rows = await connection.QueryAsync<(string Type, int? State, long Count)>(new CommandDefinition(
                $"""
                 SELECT e.type, e.state, count(*) FROM (
                     SELECT events.type, {State} AS state FROM events
                     WHERE events.accepted_at >= @since AND events.accepted_at < @until AND {filter.Where(parameters, "events.")}) AS e GROUP BY e.type, e.state
                 """,
                parameters, cancellationToken: cancellationToken));
            var counts = rows.Where(r => filter.Matches(r.Type)).ToLookup(r => (DeliveryState?)r.State, r => r.Count);
            entries.Add(new LedgerEntry(
                target.Name, target.Endpoint, counts.Sum(c => c.Sum()), Enum.GetValues<DeliveryState>().ToDictionary(s => s, s => counts[s].Sum())));
        }

        return entries;
    }

    /// <summary>The events of a time that a consumer or endpoint asks for and has neither an outcome for, nor waiting.</summary>
    public async Task<IReadOnlyList<StoredEvent>> MissingAsync(string consumer, string endpoint, DateTimeOffset from, DateTimeOffset to, int limit, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        var missing = new List<StoredEvent>();
        foreach (var target in (await TargetsAsync(connection, cancellationToken)).Where(t => t.Name == consumer && t.Endpoint == endpoint))
        {
            var (filter, since) = (Asked(target), Math.Max(from.ToUnixTimeMilliseconds(), target.Counts));
            var parameters = new DynamicParameters(new { target.Name, target.Endpoint, since, until = to.ToUnixTimeMilliseconds() });
            missing.AddRange((await connection.QueryAsync<StoredEvent>(new CommandDefinition(
                $"""
                 SELECT events.position AS Position, events.event_key AS EventKey, events.id AS Id, events.source AS Source, events.type AS Type, events.accepted_at AS AcceptedAt,
                     events.gateway AS Gateway, events.gateway_sequence AS GatewaySequence
                 FROM events WHERE events.accepted_at >= @since AND events.accepted_at < @until AND {filter.Where(parameters, "events.")} AND {State} IS NULL ORDER BY events.position
                 """,
                parameters, cancellationToken: cancellationToken))).Where(e => filter.Matches(e.Type)).Take(limit));
        }

        return missing;
    }

    /// <summary>The position of the last event that has come; of those that were archived before a time, where one is said.</summary>
    internal async Task<long> EndAsync(long? archivedBefore, CancellationToken cancellationToken)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<long>(new CommandDefinition(
            $"SELECT position FROM events {(archivedBefore is null ? "" : "WHERE archived_at < @archivedBefore")} ORDER BY position DESC LIMIT 1", new { archivedBefore }, cancellationToken: cancellationToken));
    }

    /// <summary>Counts events by window, and what of them nothing is known of.</summary>
    /// <param name="range">Which events.</param>
    /// <param name="late">Those that are missing and were archived before are never on their way.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal async Task<IReadOnlyList<LedgerWindow>> CountWindowsAsync(LedgerRange range, long late, CancellationToken cancellationToken)
    {
        var windows = new List<LedgerWindow>();
        await using var connection = await database.ConnectAsync(cancellationToken);
        var types = (await connection.QueryAsync<string>(new CommandDefinition(
            $"SELECT DISTINCT type FROM events WHERE {range.Where}", new { range.Since, range.Until, range.After, range.End }, cancellationToken: cancellationToken))).AsList();
        foreach (var target in types.Count == 0 ? [] : await TargetsAsync(connection, cancellationToken))
        {
            // Of many endpoints most ask for nothing of what came.
            var asked = types.Where(Asked(target).Matches).ToList();
            if (asked.Count == 0)
            {
                continue;
            }

            // In one process what a consumer has not read of the log is on its way.
            var read = await connection.QuerySingleAsync<long?>(new CommandDefinition(
                $"SELECT min(log_position) FROM lanes WHERE {LaneNames.AreOf("@Name", "name")} AND log_position > 0", new { target.Name }, cancellationToken: cancellationToken));
            var rows = new List<(long Window, long Accepted, long Late, long Recent, long Unread)>();
            foreach (var some in asked.Chunk(MaxTypes))
            {
                var list = new InList(some);
                var parameters = new DynamicParameters(new
                {
                    target.Name, target.Endpoint, Since = Math.Max(range.Since, target.Counts), range.Until, range.After, range.End, late, read = read ?? long.MaxValue, window = (long)Window.TotalMilliseconds,
                });
                parameters.AddDynamicParams(list.Parameters);

                // Materialized: otherwise the state, which stands in three counts, is looked up three times.
                rows.AddRange(await connection.QueryAsync<(long, long, long, long, long)>(new CommandDefinition(
                    $"""
                     WITH e AS MATERIALIZED (
                         SELECT events.accepted_at, events.archived_at, events.position, {State} AS state FROM events WHERE {range.Where} AND events.type IN {list.Sql})
                     SELECT e.accepted_at / @window * @window, count(*), count(CASE WHEN e.state IS NULL AND e.archived_at < @late THEN 1 END),
                         count(CASE WHEN e.state IS NULL AND e.archived_at >= @late AND e.position <= @read THEN 1 END),
                         count(CASE WHEN e.state IS NULL AND e.archived_at >= @late AND e.position > @read THEN 1 END)
                     FROM e GROUP BY 1
                     """,
                    parameters, cancellationToken: cancellationToken)));
            }

            windows.AddRange(rows.GroupBy(r => r.Window).Select(g => new LedgerWindow(target.Name, target.Endpoint, g.Key, g.Sum(r => r.Accepted), g.Sum(r => r.Late), g.Sum(r => r.Recent), g.Sum(r => r.Unread))));
        }

        return windows;
    }

    /// <summary>Every consumer and endpoint that something is counted for.</summary>
    internal async Task<IReadOnlyList<(string Consumer, string Endpoint)>> CountedAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        return [.. (await TargetsAsync(connection, cancellationToken)).Select(t => (t.Name, t.Endpoint))];
    }

    /// <summary>When the window began that a time is in, in milliseconds since 1970-01-01 UTC.</summary>
    internal static long Begin(long time) => time / (long)Window.TotalMilliseconds * (long)Window.TotalMilliseconds;

    static async Task<IEnumerable<Target>> TargetsAsync(System.Data.Common.DbConnection connection, CancellationToken cancellationToken) => await connection.QueryAsync<Target>(
        new CommandDefinition("SELECT name AS Name, endpoint AS Endpoint, patterns AS Patterns, since AS Since FROM consumers ORDER BY name, endpoint", cancellationToken: cancellationToken));

    static EventFilter Asked(Target target) => new() { AskedBy = AskedPatterns.Read(target.Patterns) };

    sealed class Target
    {
        public string Name { get; init; } = "";

        public string Endpoint { get; init; } = "";

        public string Patterns { get; init; } = "";

        public long Since { get; init; }

        /// <summary>The first whole window after it began to ask.</summary>
        public long Counts => Begin(Since) + (long)Window.TotalMilliseconds;
    }
}

/// <summary>What became of the events of a time at a consumer or endpoint.</summary>
/// <param name="Consumer">The consumer.</param>
/// <param name="Endpoint">The endpoint; empty for the consumer itself.</param>
/// <param name="Accepted">Accepted events that it asks for.</param>
/// <param name="States">How many of them are in each state.</param>
public sealed record LedgerEntry(string Consumer, string Endpoint, long Accepted, IReadOnlyDictionary<DeliveryState, long> States)
{
    /// <summary>Those that nothing is known of: zero, unless something is wrong.</summary>
    public long Difference => Accepted - States.Values.Sum();
}

/// <summary>Events that are counted.</summary>
/// <param name="Since">Accepted from the beginning of this window, in milliseconds since 1970-01-01 UTC.</param>
/// <param name="Until">And before this one.</param>
/// <param name="After">Those that came after this position; null where they are looked for by time, not by position.</param>
/// <param name="End">The position of the last one.</param>
sealed record LedgerRange(long Since, long Until, long? After, long End)
{
    /// <summary>The condition; the plus keeps databases from the index that would read more.</summary>
    public string Where => After is null
        ? "events.accepted_at >= @Since AND events.accepted_at < @Until AND +events.position <= @End"
        : "events.position > @After AND events.position <= @End AND +events.accepted_at >= @Since AND +events.accepted_at < @Until";
}

/// <summary>What became at a consumer or endpoint of the events that were accepted within a window.</summary>
/// <param name="Consumer">The consumer.</param>
/// <param name="Endpoint">The endpoint; empty for the consumer itself.</param>
/// <param name="Begin">When the window began, in milliseconds since 1970-01-01 UTC.</param>
/// <param name="Accepted">Accepted events that it asks for.</param>
/// <param name="Late">Those of them that nothing is known of for long.</param>
/// <param name="Recent">Those that nothing is known of for a while: they are missing, unless so many are on their way.</param>
/// <param name="Unread">Those that nothing is known of since, in one process, the consumer has not read so far.</param>
sealed record LedgerWindow(string Consumer, string Endpoint, long Begin, long Accepted, long Late, long Recent, long Unread)
{
    /// <summary>Whether there are events that nothing is known of yet.</summary>
    public bool IsOpen => Late + Recent + Unread > 0;
}
