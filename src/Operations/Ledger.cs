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
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>How long events may be on their way to the archive and to consumers before a window counts.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    /// <summary>The end of the last window that counts.</summary>
    public static DateTimeOffset LastClosed(DateTimeOffset now) => DateTimeOffset.FromUnixTimeMilliseconds(Begin((now - Grace).ToUnixTimeMilliseconds()));

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
                 SELECT events.type, d.state, count(*) FROM events
                 LEFT JOIN deliveries d ON d.consumer = @Name AND d.endpoint = @Endpoint AND d.event_key = events.event_key
                 WHERE events.accepted_at >= @since AND events.accepted_at < @until AND {filter.Where(parameters, "events.")} GROUP BY events.type, d.state
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
                 SELECT position AS Position, event_key AS EventKey, id AS Id, source AS Source, type AS Type, accepted_at AS AcceptedAt, gateway AS Gateway, gateway_sequence AS GatewaySequence FROM events
                 WHERE accepted_at >= @since AND accepted_at < @until AND {filter.Where(parameters)}
                     AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.consumer = @Name AND d.endpoint = @Endpoint AND d.event_key = events.event_key) ORDER BY position
                 """,
                parameters, cancellationToken: cancellationToken))).Where(e => filter.Matches(e.Type)).Take(limit));
        }

        return missing;
    }

    static async Task<IEnumerable<Target>> TargetsAsync(System.Data.Common.DbConnection connection, CancellationToken cancellationToken) => await connection.QueryAsync<Target>(
        new CommandDefinition("SELECT name AS Name, endpoint AS Endpoint, patterns AS Patterns, since AS Since FROM consumers ORDER BY name, endpoint", cancellationToken: cancellationToken));

    /// <summary>When the window began that a time is in, in milliseconds since 1970-01-01 UTC.</summary>
    static long Begin(long time) => time / (long)Window.TotalMilliseconds * (long)Window.TotalMilliseconds;

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
