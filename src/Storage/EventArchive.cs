using System.Data.Common;
using System.Globalization;
using System.Text;
using Dapper;
using EventBus.Contracts;

namespace EventBus.Storage;

/// <summary>Every accepted event, kept as it was. In one process it is also the log that the consumers read from.</summary>
public sealed class EventArchive : IAsyncDisposable
{
    /// <summary>Events in one statement; SQLite takes 32,766 parameters.</summary>
    const int Chunk = 200;

    readonly Database _database;
    readonly TimeProvider _time;
    readonly BatchWriter<IReadOnlyList<ArchivedEvent>, bool> _writer;

    /// <summary>Starts the writer.</summary>
    public EventArchive(Database database, TimeProvider time)
    {
        _database = database;
        _time = time;
        _writer = new BatchWriter<IReadOnlyList<ArchivedEvent>, bool>(database, async (transaction, batch) =>
        {
            await AppendAsync(transaction, [.. batch.SelectMany(b => b)]);
            return new bool[batch.Count];
        });
    }

    /// <summary>Raised after events were appended by this process.</summary>
    public event EventHandler? Appended;

    /// <summary>Keeps events, in this order; returns when they are on disk. One that is there already stays as it is.</summary>
    public async Task AppendAsync(IReadOnlyList<ArchivedEvent> events)
    {
        await _writer.WriteAsync(events);
        Appended?.Invoke(this, EventArgs.Empty);
    }

    /// <summary>Keeps events as part of a transaction.</summary>
    public async Task AppendAsync(DbTransaction transaction, IReadOnlyList<ArchivedEvent> events)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var chunk in Different(events).Chunk(Chunk))
        {
            var sql = new StringBuilder(
                "INSERT INTO events (event_key, id, source, type, family, tenant, subject, publisher, gateway, gateway_sequence, accepted_at, archived_at, unrouted, body) VALUES ");
            var parameters = new DynamicParameters();
            for (var i = 0; i < chunk.Length; i++)
            {
                var e = chunk[i].Event;
                var acceptance = e.Acceptance;
                object?[] values =
                [
                    EventKey.Of(e), e.Id, e.Source, e.Type, e.Family.Word, e.Tenant, e.Subject, acceptance?.Publisher, acceptance?.Gateway, acceptance?.Sequence,
                    acceptance?.Time.ToUnixTimeMilliseconds() ?? now, now, chunk[i].Unrouted ? 1 : 0, chunk[i].Body,
                ];
                sql.Append(i == 0 ? "(" : ",(");
                for (var v = 0; v < values.Length; v++)
                {
                    var name = string.Create(CultureInfo.InvariantCulture, $"p{i}_{v}");
                    sql.Append(v == 0 ? "@" : ",@").Append(name);
                    parameters.Add(name, values[v]);
                }

                sql.Append(')');
            }

            // Whichever copy of an event comes first: that nobody had asked for it stays known.
            sql.Append(" ON CONFLICT (event_key) DO UPDATE SET unrouted = 1 WHERE excluded.unrouted = 1 AND events.unrouted = 0");
            await transaction.Connection!.ExecuteAsync(sql.ToString(), parameters, transaction);
        }
    }

    /// <summary>The events behind a position, in order.</summary>
    public async Task<IReadOnlyList<LoggedEvent>> ReadAsync(long after, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await _database.ConnectAsync(cancellationToken);
        return [.. await connection.QueryAsync<LoggedEvent>(
            "SELECT position AS Position, body AS Body FROM events WHERE position > @after ORDER BY position LIMIT @limit", new { after, limit })];
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _writer.DisposeAsync();

    /// <summary>One statement takes each event once; that nobody had asked for it may be said by any of its copies.</summary>
    static List<ArchivedEvent> Different(IReadOnlyList<ArchivedEvent> events)
    {
        var different = new List<ArchivedEvent>(events.Count);
        var places = new Dictionary<string, int>(events.Count, StringComparer.Ordinal);
        foreach (var e in events)
        {
            if (places.TryAdd(EventKey.Of(e.Event), different.Count))
            {
                different.Add(e);
            }
            else if (e.Unrouted)
            {
                different[places[EventKey.Of(e.Event)]] = e;
            }
        }

        return different;
    }
}

/// <summary>An event to keep.</summary>
/// <param name="Event">The event.</param>
/// <param name="Body">The structured CloudEvent, as on the wire.</param>
/// <param name="Unrouted">Whether no consumer has asked for it.</param>
public sealed record ArchivedEvent(CloudEvent Event, byte[] Body, bool Unrouted);

/// <summary>An event in the log.</summary>
public sealed class LoggedEvent
{
    /// <summary>Its place.</summary>
    public long Position { get; init; }

    /// <summary>The structured CloudEvent.</summary>
    public byte[] Body { get; init; } = [];
}
