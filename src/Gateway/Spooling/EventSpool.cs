using System.Data.Common;
using Dapper;
using EventBus.Contracts;
using EventBus.Storage;

namespace EventBus.Gateway.Spooling;

/// <summary>The accepted events on this gateway's disk that wait for the broker, in the order in which they were written.</summary>
sealed class EventSpool : IAsyncDisposable
{
    static readonly RowStatement<SpoolItem> Insert = new(
        "INSERT INTO spool (accepted_at, body) SELECT r.accepted_at, r.body FROM {rows}",
        RowColumn<SpoolItem>.Number("accepted_at", i => i.AcceptedAt.ToUnixTimeMilliseconds()), RowColumn<SpoolItem>.Bytes("body", i => i.Body));

    static readonly RowStatement<long> Delete = new("DELETE FROM spool WHERE position IN (SELECT r.position FROM {rows})", RowColumn<long>.Number("position", p => p));

    readonly Database _database;
    readonly BatchWriter<IReadOnlyList<SpoolItem>, bool> _writer;

    public EventSpool(GatewayDatabase database)
    {
        _database = database.Database;
        _writer = new(_database, WriteAsync);
    }

    /// <summary>Keeps events, in this order; returns when they are on disk.</summary>
    public Task WriteAsync(IReadOnlyList<SpoolItem> items) => _writer.WriteAsync(items);

    /// <summary>The events behind a position, in order.</summary>
    public async Task<IReadOnlyList<SpooledEvent>> ReadAsync(long after, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await _database.ConnectAsync(cancellationToken);
        var rows = await connection.QueryAsync<Row>(
            "SELECT position AS Position, body AS Body FROM spool WHERE position > @after ORDER BY position LIMIT @limit", new { after, limit });
        return [.. rows.Select(r => new SpooledEvent(r.Position, EventJson.Parse(r.Body), r.Body.Length))];
    }

    /// <summary>How many wait, how large they are together, and when the oldest was accepted.</summary>
    public async Task<SpoolState> StateAsync(CancellationToken cancellationToken)
    {
        await using var connection = await _database.ConnectAsync(cancellationToken);
        var row = await connection.QuerySingleAsync<StateRow>(
            "SELECT COUNT(*) AS Count, COALESCE(SUM(LENGTH(body)), 0) AS Bytes, (SELECT accepted_at FROM spool ORDER BY position LIMIT 1) AS Oldest FROM spool");
        return new SpoolState(row.Count, row.Bytes, row.Oldest is { } oldest ? DateTimeOffset.FromUnixTimeMilliseconds(oldest) : null);
    }

    /// <summary>When the oldest that waits was accepted.</summary>
    public async Task<DateTimeOffset?> OldestAsync(CancellationToken cancellationToken)
    {
        await using var connection = await _database.ConnectAsync(cancellationToken);
        return await connection.QueryFirstOrDefaultAsync<long?>("SELECT accepted_at FROM spool ORDER BY position LIMIT 1") is { } oldest
            ? DateTimeOffset.FromUnixTimeMilliseconds(oldest)
            : null;
    }

    /// <summary>Forgets what the broker has confirmed.</summary>
    public Task DeleteAsync(IReadOnlyList<long> positions) => _database.TransactAsync(transaction => Delete.ExecuteAsync(transaction, positions));

    public ValueTask DisposeAsync() => _writer.DisposeAsync();

    static async Task<IReadOnlyList<bool>> WriteAsync(DbTransaction transaction, IReadOnlyList<IReadOnlyList<SpoolItem>> batch)
    {
        await Insert.ExecuteAsync(transaction, [.. batch.SelectMany(b => b)]);
        return new bool[batch.Count];
    }

    sealed class Row
    {
        public long Position { get; init; }

        public byte[] Body { get; init; } = [];
    }

    sealed class StateRow
    {
        public long Count { get; init; }

        public long Bytes { get; init; }

        public long? Oldest { get; init; }
    }
}

/// <summary>An event to keep.</summary>
/// <param name="AcceptedAt">When it was accepted.</param>
/// <param name="Body">The structured CloudEvent.</param>
sealed record SpoolItem(DateTimeOffset AcceptedAt, byte[] Body);

/// <summary>An event that waits.</summary>
/// <param name="Position">Its place.</param>
/// <param name="Event">The event.</param>
/// <param name="Bytes">Its size.</param>
sealed record SpooledEvent(long Position, CloudEvent Event, int Bytes);

/// <summary>What waits in the spool.</summary>
sealed record SpoolState(long Count, long Bytes, DateTimeOffset? Oldest);
