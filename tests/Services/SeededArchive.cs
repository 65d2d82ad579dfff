using Dapper;
using EventBus.Contracts;
using EventBus.Storage;

namespace EventBus.TestServices;

/// <summary>A database with a long history: so many events, one a second until now, each with an outcome at an endpoint and an attempt; a thousand dead letters wait for a decision.</summary>
public static class SeededArchive
{
    /// <summary>Subjects that the events are about, in turns.</summary>
    public const int Subjects = 50_000;

    /// <summary>Time between two events.</summary>
    public const int MillisecondsApart = 1_000;

    const int Tenants = 20;
    const int Chunk = 200_000;
    const int DeadLetters = 1_000;
    const int Waiting = 1_000;

    /// <summary>One in so many was dead once and taken when it was tried again, has a record, or a run of a workflow.</summary>
    const int Rare = 100;

    static readonly string[] Seeded = ["events", "deliveries", "attempts", "dead_letters", "records", "workflow_runs"];

    /// <summary>The subject of the events whose number, divided by <see cref="Subjects"/>, leaves this.</summary>
    public static string Subject(int number) => $"subject-{number}";

    /// <summary>Fills a database that is empty.</summary>
    /// <param name="database">The database, opened.</param>
    /// <param name="count">How many events.</param>
    /// <param name="progress">Is told how far it is, in words.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task FillAsync(Database database, long count, Action<string> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(progress);
        var bytes = database.IsShared ? "convert_to({0}, 'UTF8')" : "CAST({0} AS BLOB)";
        var body = string.Format(
            System.Globalization.CultureInfo.InvariantCulture, bytes,
            """'{"specversion":"1.0","id":"seed-' || i || '","source":"' || t.source || '","type":"' || t.type || '","subject":"subject-' || (i % @Subjects) || '","data":{"target":"' || i || '","context":{"note":{"uuid":"00000000-0000-4000-8000-000000000000"}}}}'""");
        var types = CatalogTypes();
        var start = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - (count * MillisecondsApart);

        // Indexes are made when the rows are there: that is many times faster.
        var indexes = await DropIndexesAsync(database);
        for (long from = 1; from <= count; from += Chunk)
        {
            var parameters = new
            {
                from, to = Math.Min(count, from + Chunk - 1), start, count, Subjects, Tenants, types = types.Count, MillisecondsApart, Rare, DeadLetters,
                waitingFrom = count - Waiting, deadEvery = Math.Max(1, count / DeadLetters),
            };
            var numbers = $"WITH RECURSIVE n (i) AS (SELECT @from UNION ALL SELECT i + 1 FROM n WHERE i < @to), t (k, type, family, source) AS (VALUES {string.Join(", ", types.Select((t, k) => $"({k}, '{t.Type}', '{t.Family}', '{t.Source}')"))})";
            await database.TransactAsync(
                async transaction =>
                {
                    foreach (var sql in (string[])[
                        $"""
                         {numbers} INSERT INTO events (position, event_key, id, source, type, family, tenant, subject, publisher, gateway, gateway_sequence, accepted_at, archived_at, body)
                         SELECT i, 'key-' || i, 'seed-' || i, t.source, t.type, t.family, 'clinic-' || (i % @Tenants), 'subject-' || (i % @Subjects), 'seed', 'gateway-1', i,
                             @start + i * @MillisecondsApart, @start + i * @MillisecondsApart + 5, {body}
                         FROM n JOIN t ON t.k = i % @types
                         """,
                        $"""
                         {numbers} INSERT INTO deliveries (id, consumer, endpoint, event_key, lane, position, subject_key, event_id, source, type, state, attempts, accepted_at, stored_at, finished_at)
                         SELECT i, 'webhooks', 'endpoint-' || (i % 10), 'key-' || i, 'webhooks/' || (i % 4), i, 'subject-' || (i % @Subjects), 'seed-' || i, t.source, t.type,
                             CASE WHEN i > @waitingFrom THEN 0 WHEN i % @deadEvery = 0 THEN 4 ELSE 1 END, 1, @start + i * @MillisecondsApart, @start + i * @MillisecondsApart + 5,
                             CASE WHEN i > @waitingFrom THEN NULL ELSE @start + i * @MillisecondsApart + 20 END
                         FROM n JOIN t ON t.k = i % @types
                         """,
                        $"""
                         {numbers} INSERT INTO attempts (id, delivery, number, started_at, duration_ms, status, error)
                         SELECT i, i, 1, @start + i * @MillisecondsApart + 5, 10 + i % 50, CASE WHEN i % @deadEvery = 0 THEN 500 ELSE 200 END, CASE WHEN i % @deadEvery = 0 THEN 'answered 500' ELSE NULL END
                         FROM n JOIN t ON t.k = i % @types
                         """,
                        $"""
                         {numbers} INSERT INTO dead_letters (delivery, consumer, endpoint, event_key, event_id, type, cause, cause_group, attempts, died_at, state, original)
                         SELECT i, 'webhooks', 'endpoint-' || (i % 10), 'key-' || i, 'seed-' || i, t.type, 'answered 500', 'group-' || (i % 7), 10, @start + i * @MillisecondsApart + 20,
                             CASE WHEN i % @deadEvery = 0 THEN 'dead' ELSE 'retried' END, {body}
                         FROM n JOIN t ON t.k = i % @types WHERE i % @deadEvery = 0 OR i % @Rare = 0
                         """,
                        $"{numbers} INSERT INTO records (kind, key, state, updated_at) SELECT 'command', 'record-' || i, '{{}}', @start + i * @MillisecondsApart FROM n JOIN t ON t.k = i % @types WHERE i % @Rare = 0",
                        $"""
                         {numbers} INSERT INTO workflow_runs (key, workflow, definition, status, tenant, source, subject, started_at, ended_at)
                         SELECT 'run-' || i, 'intake', 'none', CASE WHEN i > @waitingFrom THEN 'waiting' ELSE 'completed' END, 'clinic-' || (i % @Tenants), t.source, 'subject-' || (i % @Subjects),
                             @start + i * @MillisecondsApart, CASE WHEN i > @waitingFrom THEN NULL ELSE @start + i * @MillisecondsApart + 20 END
                         FROM n JOIN t ON t.k = i % @types WHERE i % @Rare = 0
                         """])
                    {
                        await transaction.Connection!.ExecuteAsync(new CommandDefinition(sql, parameters, transaction, commandTimeout: 0));
                    }
                },
                cancellationToken);
            progress($"{parameters.to:N0} of {count:N0} events");
        }

        await DescribeAsync(database, start, count);
        foreach (var (name, index) in indexes)
        {
            progress($"index {name}");
            await database.TransactAsync(t => t.Connection!.ExecuteAsync(new CommandDefinition(index, null, t, commandTimeout: 0)), cancellationToken);
        }

        progress("statistics");
        await using var connection = await database.ConnectAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(database.IsShared ? "VACUUM ANALYZE" : "ANALYZE", commandTimeout: 0));
    }

    /// <summary>What counts and consumers say of themselves; the ledger counts what comes from now on.</summary>
    static Task DescribeAsync(Database database, long start, long count) => database.TransactAsync(async transaction =>
    {
        var connection = transaction.Connection!;
        var end = start + (count * MillisecondsApart);
        for (var endpoint = 0; endpoint < 10; endpoint++)
        {
            await connection.ExecuteAsync("INSERT INTO consumers (name, endpoint, patterns, since) VALUES ('webhooks', @name, '#', @end)", new { name = $"endpoint-{endpoint}", end }, transaction);
        }

        for (var lane = 0; lane < 4; lane++)
        {
            await connection.ExecuteAsync("INSERT INTO lanes (name, position) VALUES (@name, @count)", new { name = $"webhooks/{lane}", count }, transaction);
        }

        await connection.ExecuteAsync(
            "INSERT INTO minutes (minute, accepted, succeeded, failed, waiting) SELECT accepted_at / 60000 * 60000, count(*), count(*), 0, 0 FROM events WHERE accepted_at > @from GROUP BY 1",
            new { from = end - 90_000_000 }, transaction);
        await connection.ExecuteAsync(
            """
            INSERT INTO flow_minutes (minute, source, family, consumer, endpoint, succeeded, failed)
            SELECT archived_at / 60000 * 60000, source, family, '', '', count(*), 0 FROM events WHERE archived_at > @from GROUP BY 1, 2, 3
            """,
            new { from = end - 90_000_000 }, transaction);
        await connection.ExecuteAsync("UPDATE flow_counted SET position = @count, attempt = @count, counted_at = @end", new { count, end }, transaction);
    });

    static List<(string Type, string Family, string Source)> CatalogTypes() => [.. Catalog.Types.Order(StringComparer.Ordinal).Select(t => (t, Family.Of(t).Word, t.Split('.')[0]))];

    static async Task<List<(string Name, string Sql)>> DropIndexesAsync(Database database)
    {
        List<(string, string)> indexes;
        await using (var connection = await database.ConnectAsync())
        {
            indexes = (await connection.QueryAsync<(string, string)>(
                database.IsShared
                    ? $"SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN ({Names()}) AND indexname NOT IN (SELECT conname FROM pg_constraint)"
                    : $"SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({Names()})")).AsList();
        }

        await database.TransactAsync(async transaction =>
        {
            foreach (var (name, _) in indexes)
            {
                await transaction.Connection!.ExecuteAsync($"DROP INDEX {name}", transaction: transaction);
            }
        });
        return indexes;
    }

    static string Names() => string.Join(", ", Seeded.Select(t => $"'{t}'"));
}
