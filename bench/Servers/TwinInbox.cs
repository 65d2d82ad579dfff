using Npgsql;

namespace EventBus.Bench.Servers;

/// <summary>
/// The rows that consumers of the kit keep, written by the bare client in the same batches: an event with its body before it is acknowledged, in its place in the lane;
/// an attempt and the outcome when it is done; and for an endpoint a row of its own, with its number among those of its subject.
/// </summary>
/// <param name="database">Where to.</param>
/// <param name="consumer">The consumer.</param>
/// <param name="endpoint">The endpoint that it brings events to; empty where it has a handler of its own.</param>
sealed class TwinInbox(NpgsqlDataSource database, string consumer, string endpoint)
{
    const string Insert = """
        INSERT INTO deliveries (consumer, endpoint, event_key, lane, position, subject_key, sequence, event_id, source, type, tenant, subject, state, starts, accepted_at, stored_at, finished_at, body)
        SELECT $1, $2, e.key, $3, $4 + e.n, e.subject_key, e.sequence, e.id, e.source, e.type, e.tenant, e.subject, $5, 1 - $5, $6, $6, CASE $5 WHEN 1 THEN $6 END, CASE $5 WHEN 0 THEN e.body END
        FROM unnest($7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::bytea[], $15::bigint[])
            WITH ORDINALITY AS e(key, subject_key, id, source, type, tenant, subject, body, sequence, n)
        ON CONFLICT (consumer, endpoint, event_key) DO NOTHING RETURNING id, event_key
        """;

    /// <summary>Makes a lane's row.</summary>
    public async Task AddLaneAsync(string lane)
    {
        await using var command = database.CreateCommand("INSERT INTO lanes (name) VALUES ($1)");
        command.Parameters.Add(new() { Value = lane });
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Stores events of a lane in one transaction, and gives each the id of its row. Those that are there already have none.</summary>
    public async Task StoreAsync(string lane, IReadOnlyList<TwinDelivery> events)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var position = new NpgsqlCommand("UPDATE lanes SET position = position + $1 WHERE name = $2 RETURNING position", connection, transaction)
        {
            Parameters = { new() { Value = (long)events.Count }, new() { Value = lane } },
        };
        var before = (long)(await position.ExecuteScalarAsync())! - events.Count;
        if (endpoint.Length > 0)
        {
            await InsertAsync(connection, "", lane, before, state: 1, events);
            await NumberAsync(connection, events);
        }

        await InsertAsync(connection, endpoint, lane, before, state: 0, events);
        await transaction.CommitAsync();
    }

    /// <summary>Records attempts and outcomes, in one transaction.</summary>
    public async Task CompleteAsync(IReadOnlyList<TwinDelivery> done)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        long[] ids = [.. done.Select(d => d.RowId)];
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            "INSERT INTO attempts (delivery, number, started_at, duration_ms, status) SELECT a.id, 1, a.started, a.duration, a.status FROM unnest($1, $2, $3, $4) AS a(id, started, duration, status)")
        {
            Parameters =
            {
                new() { Value = ids }, new() { Value = done.Select(d => d.StartedAt).ToArray() }, new() { Value = done.Select(d => d.Milliseconds).ToArray() },
                new() { Value = done.Select(d => d.Status).ToArray() },
            },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            "UPDATE deliveries SET state = 1, attempts = 1, starts = 0, finished_at = $2, body = NULL WHERE id = ANY($1) AND state + 0 = 0")
        {
            Parameters = { new() { Value = ids }, new() { Value = now } },
        });
        await batch.ExecuteNonQueryAsync();
    }

    async Task InsertAsync(NpgsqlConnection connection, string target, string lane, long before, int state, IReadOnlyList<TwinDelivery> events)
    {
        var isOwn = target != endpoint;
        await using var insert = new NpgsqlCommand(Insert, connection)
        {
            Parameters =
            {
                new() { Value = consumer }, new() { Value = target }, new() { Value = lane }, new() { Value = before }, new() { Value = state },
                new() { Value = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() },
                Array(events, e => e.Key), Array(events, e => e.SubjectKey), Array(events, e => e.Id), Array(events, e => e.Source), Array(events, e => e.Type), Array(events, e => e.Tenant),
                Array(events, e => e.Subject), Array(events, e => isOwn ? null : e.Body), Array(events, e => isOwn || endpoint.Length == 0 ? null : (long?)e.Sequence),
            },
        };
        await using var rows = await insert.ExecuteReaderAsync();
        var byKey = events.ToDictionary(e => e.Key, StringComparer.Ordinal);
        while (await rows.ReadAsync())
        {
            byKey[rows.GetString(1)].RowId = rows.GetInt64(0);
        }
    }

    async Task NumberAsync(NpgsqlConnection connection, IReadOnlyList<TwinDelivery> events)
    {
        var subjects = events.GroupBy(e => e.SubjectKey, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.ToList(), StringComparer.Ordinal);
        await using var number = new NpgsqlCommand(
            """
            INSERT INTO subject_sequences (endpoint, subject_key, last, used_at) SELECT $1, s.key, s.count, $2 FROM unnest($3, $4) AS s(key, count)
            ON CONFLICT (endpoint, subject_key) DO UPDATE SET last = subject_sequences.last + excluded.last, used_at = excluded.used_at RETURNING subject_key, last
            """,
            connection)
        {
            Parameters =
            {
                new() { Value = endpoint }, new() { Value = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() }, new() { Value = subjects.Keys.ToArray() },
                new() { Value = subjects.Values.Select(s => (long)s.Count).ToArray() },
            },
        };
        await using var rows = await number.ExecuteReaderAsync();
        while (await rows.ReadAsync())
        {
            var subject = subjects[rows.GetString(0)];
            var next = rows.GetInt64(1) - subject.Count;
            subject.ForEach(e => e.Sequence = ++next);
        }
    }

    static NpgsqlParameter Array<T>(IReadOnlyList<TwinDelivery> events, Func<TwinDelivery, T> value) => new() { Value = events.Select(value).ToArray() };
}
