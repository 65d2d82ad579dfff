using System.Data.Common;
using System.Globalization;
using System.Text;
using Dapper;
using EventBus.Contracts;
using EventBus.Storage;

namespace EventBus.Gateway.Spooling;

/// <summary>The accepted events on this gateway's disk that wait for the broker, in the order in which they were written.</summary>
sealed class EventSpool : IAsyncDisposable
{
    /// <summary>Events in one statement; SQLite takes 32,766 parameters.</summary>
    const int Chunk = 500;

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
    public Task DeleteAsync(IReadOnlyList<long> positions) => _database.TransactAsync(async transaction =>
    {
        foreach (var chunk in positions.Chunk(Chunk))
        {
            await transaction.Connection!.ExecuteAsync("DELETE FROM spool WHERE position IN @chunk", new { chunk }, transaction);
        }
    });

    public ValueTask DisposeAsync() => _writer.DisposeAsync();

    static async Task<IReadOnlyList<bool>> WriteAsync(DbTransaction transaction, IReadOnlyList<IReadOnlyList<SpoolItem>> batch)
    {
        foreach (var chunk in batch.SelectMany(b => b).Chunk(Chunk))
        {
            var sql = new StringBuilder("INSERT INTO spool (accepted_at, body) VALUES ");
            var parameters = new DynamicParameters();
            for (var i = 0; i < chunk.Length; i++)
            {
                var n = i.ToString(CultureInfo.InvariantCulture);
                sql.Append(i == 0 ? "(@a" : ",(@a").Append(n).Append(",@b").Append(n).Append(')');
                parameters.Add($"a{n}", chunk[i].AcceptedAt.ToUnixTimeMilliseconds());
                parameters.Add($"b{n}", chunk[i].Body);
            }

            await transaction.Connection!.ExecuteAsync(sql.ToString(), parameters, transaction);
        }

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
