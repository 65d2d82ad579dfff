using Dapper;
using EventBus.Contracts;
using EventBus.Storage;
using EventBus.TestServices;
using Npgsql;

namespace EventBus.Bench.Scale;

/// <summary>What is in the database of a <see cref="SystemSide"/>: what is there before anything is measured, and what came of the events.</summary>
sealed class SystemRows(string connectionString) : IAsyncDisposable
{
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(connectionString);
    long _archived;
    long _filled;
    DateTimeOffset _begun;

    /// <summary>Fills it, before anybody works on it.</summary>
    public async Task FillAsync(Shape shape, string receiver, CancellationToken cancellationToken)
    {
        if (shape.Archived > 0)
        {
            await using var database = new PostgresDatabase(connectionString, Migrations.Bus);
            await database.OpenAsync(cancellationToken);
            await SeededArchive.FillAsync(database, shape.Archived, text => Console.Error.WriteLine($"filling: {text}"), cancellationToken);

            // Of the history's endpoints none is there any more: nobody asks for what is measured but ours.
            await ExecuteAsync("DELETE FROM consumers", cancellationToken);

            // It has given its rows numbers by itself.
            foreach (var (table, column) in (IReadOnlyList<(string, string)>)[("events", "position"), ("deliveries", "id"), ("attempts", "id")])
            {
                await ExecuteAsync($"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), (SELECT max({column}) FROM {table}))", cancellationToken);
            }
        }

        _filled = await QueryAsync("SELECT coalesce(max(position), 0) FROM lanes", cancellationToken);
        await ExecuteAsync(
            """
            INSERT INTO endpoint_settings (name, settings, changed_at)
            SELECT 'endpoint-' || i, json_build_object('Url', @receiver, 'Events:0', 'canvas.patient.change_' || i)::text, 1 FROM generate_series(1, @endpoints - 1) i
            """,
            cancellationToken, ("receiver", receiver), ("endpoints", shape.Endpoints));
        await HoldAsync(shape, cancellationToken);
    }

    /// <summary>Waits until the consumer has said what it asks for, which it does when its queues are bound.</summary>
    public async Task UntilAskedAsync(int endpoints, CancellationToken cancellationToken)
    {
        while (await QueryAsync("SELECT count(*) FROM consumers WHERE name = @name AND endpoint <> ''", cancellationToken, ("name", BenchEndpoint.Consumer)) < endpoints)
        {
            await Task.Delay(Look, cancellationToken);
        }
    }

    /// <summary>What comes from now on counts.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        _archived = await QueryAsync("SELECT coalesce(max(position), 0) FROM events", cancellationToken);
        _begun = DateTimeOffset.UtcNow;
    }

    /// <summary>Whether so many events are in the archive, and nothing that is not held waits.</summary>
    public async Task<bool> AreDoneAsync(long events, CancellationToken cancellationToken) => await ArchivedAsync(cancellationToken) >= events
        && await QueryAsync(
            "SELECT count(*) FROM lanes l WHERE l.name LIKE @consumer || '/%' AND EXISTS (SELECT 1 FROM deliveries d WHERE d.state = 0 AND d.lane = l.name AND d.endpoint = @endpoint AND d.position > @filled)",
            cancellationToken, ("consumer", BenchEndpoint.Consumer), ("endpoint", BenchEndpoint.Name), ("filled", _filled)) == 0;

    /// <summary>How many of so many events are not in the archive, or were not brought to the endpoint.</summary>
    public async Task<long> MissingAsync(long events, CancellationToken cancellationToken) => events - Math.Min(
        await ArchivedAsync(cancellationToken),
        await QueryAsync(
            "SELECT count(*) FROM deliveries WHERE finished_at >= @begun AND endpoint = @endpoint AND state = 1", cancellationToken,
            ("begun", _begun.ToUnixTimeMilliseconds()), ("endpoint", BenchEndpoint.Name)));

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    Task<long> ArchivedAsync(CancellationToken cancellationToken) => QueryAsync("SELECT count(*) FROM events WHERE position > @archived", cancellationToken, ("archived", _archived));

    /// <summary>The first event of each subject has failed and waits for its next attempt, for days; the others wait behind it.</summary>
    async Task HoldAsync(Shape shape, CancellationToken cancellationToken)
    {
        if (shape.Waiting == 0)
        {
            return;
        }

        var first = _filled;
        _filled += shape.Waiting;
        var body = EventJson.ToUtf8Bytes(Load.SampleEvent.Create());
        await ExecuteAsync(
            """
            INSERT INTO deliveries (consumer, endpoint, event_key, lane, position, subject_key, sequence, event_id, source, type, state, attempts, due_at, accepted_at, stored_at, body)
            SELECT @consumer, @endpoint, 'held-' || i, @consumer || '/' || (i % @held % 4), @first + i, 'held-' || (i % @held), i / @held + 1, 'held-' || i, 'canvas', @type, 0,
                CASE WHEN i <= @held THEN 1 ELSE 0 END, CASE WHEN i <= @held THEN @now + 600000000 ELSE 0 END, @now, @now, @body
            FROM generate_series(1, @waiting) i
            """,
            cancellationToken, ("consumer", BenchEndpoint.Consumer), ("endpoint", BenchEndpoint.Name), ("first", first), ("held", shape.Held), ("waiting", shape.Waiting),
            ("type", Load.SampleEvent.Type), ("now", DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()), ("body", body));
        await ExecuteAsync(
            "INSERT INTO lanes (name, position) SELECT @consumer || '/' || i, @filled FROM generate_series(0, 3) i ON CONFLICT (name) DO UPDATE SET position = excluded.position", cancellationToken,
            ("consumer", BenchEndpoint.Consumer), ("filled", _filled));
        await ExecuteAsync("VACUUM ANALYZE deliveries", cancellationToken);
    }

    async Task<long> QueryAsync(string sql, CancellationToken cancellationToken, params (string Name, object Value)[] parameters)
    {
        await using var connection = await _source.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleAsync<long>(Command(sql, parameters, cancellationToken));
    }

    async Task ExecuteAsync(string sql, CancellationToken cancellationToken, params (string Name, object Value)[] parameters)
    {
        await using var connection = await _source.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(Command(sql, parameters, cancellationToken));
    }

    static CommandDefinition Command(string sql, (string Name, object Value)[] parameters, CancellationToken cancellationToken) =>
        new(sql, parameters.ToDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal), commandTimeout: 0, cancellationToken: cancellationToken);
}
