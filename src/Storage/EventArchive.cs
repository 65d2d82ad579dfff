using System.Data.Common;
using Dapper;
using EventBus.Contracts;

namespace EventBus.Storage;

/// <summary>Every accepted event, kept as it was. In one process it is also the log that the consumers read from.</summary>
public sealed class EventArchive : IAsyncDisposable
{
    static readonly RowStatement<ArchivedEvent> Insert = new(
        """
        INSERT INTO events (event_key, id, source, type, family, tenant, subject, publisher, gateway, gateway_sequence, accepted_at, archived_at, unrouted, body)
        SELECT r.event_key, r.id, r.source, r.type, r.family, r.tenant, r.subject, r.publisher, r.gateway, r.gateway_sequence, coalesce(r.accepted_at, @now), @now, r.unrouted, r.body
        FROM {rows} ON CONFLICT (event_key) DO UPDATE SET unrouted = 1 WHERE excluded.unrouted = 1 AND events.unrouted = 0
        """,
        RowColumn<ArchivedEvent>.Text("event_key", e => e.Key), RowColumn<ArchivedEvent>.Text("id", e => e.Event.Id), RowColumn<ArchivedEvent>.Text("source", e => e.Event.Source),
        RowColumn<ArchivedEvent>.Text("type", e => e.Event.Type), RowColumn<ArchivedEvent>.Text("family", e => e.Event.Family.Word), RowColumn<ArchivedEvent>.Text("tenant", e => e.Event.Tenant),
        RowColumn<ArchivedEvent>.Text("subject", e => e.Event.Subject), RowColumn<ArchivedEvent>.Text("publisher", e => e.Stamp?.Publisher),
        RowColumn<ArchivedEvent>.Text("gateway", e => e.Stamp?.Gateway), RowColumn<ArchivedEvent>.Number("gateway_sequence", e => e.Stamp?.Sequence),
        RowColumn<ArchivedEvent>.Number("accepted_at", e => e.Stamp?.Time.ToUnixTimeMilliseconds()), RowColumn<ArchivedEvent>.Number("unrouted", e => e.Unrouted ? 1 : 0),
        RowColumn<ArchivedEvent>.Bytes("body", e => e.Body));

    readonly Database _database;
    readonly TimeProvider _time;
    readonly BatchWriter<IReadOnlyList<ArchivedEvent>, bool> _writer;
    readonly LogTail _tail = new();
    IReadOnlyList<LoggedEvent> _appending = [];

    /// <summary>Starts the writer.</summary>
    public EventArchive(Database database, TimeProvider time)
    {
        _database = database;
        _time = time;
        _writer = new BatchWriter<IReadOnlyList<ArchivedEvent>, bool>(database, AppendAsync, written: () => OnAppended(_appending));
    }

    /// <summary>Raised after events were appended by this process.</summary>
    public event EventHandler? Appended;

    /// <summary>Keeps events, in this order; returns when they are on disk. One that is there already stays as it is.</summary>
    public Task AppendAsync(IReadOnlyList<ArchivedEvent> events) => _writer.WriteAsync(events);

    /// <summary>The events behind a position, in order and without a gap. There may be more than it returns, but where it returns none there are none.</summary>
    public async Task<IReadOnlyList<LoggedEvent>> ReadAsync(long after, int limit, CancellationToken cancellationToken)
    {
        if (_tail.Read(after, limit) is { } kept)
        {
            return kept;
        }

        await using var connection = await _database.ConnectAsync(cancellationToken);
        return [.. await connection.QueryAsync<LoggedEvent>("SELECT position, type, body FROM events WHERE position > @after ORDER BY position LIMIT @limit", new { after, limit })];
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _writer.DisposeAsync();

    /// <summary>Keeps events within a transaction of somebody else's, who calls <see cref="OnAppended"/> when it is on disk, before any later one is.</summary>
    /// <returns>What is to be said then.</returns>
    /// <remarks>Whichever copy of an event comes first: that nobody had asked for it stays known.</remarks>
    internal async Task<IReadOnlyList<LoggedEvent>> AppendAsync(DbTransaction transaction, IReadOnlyList<ArchivedEvent> copies)
    {
        var events = Different(copies);
        var now = ("now", (object)_time.GetUtcNow().ToUnixTimeMilliseconds());
        if (_database.IsShared)
        {
            // There is no tail: others write as well, and what has a higher position may be committed before what has a lower one.
            await Insert.ExecuteLastAsync(transaction, events, now);
            return [];
        }

        var connection = transaction.Connection!;
        var last = await connection.ExecuteScalarAsync<long>("SELECT coalesce(max(position), 0) FROM events", transaction: transaction);
        await Insert.ExecuteAsync(transaction, events, now);
        var positions = (await connection.QueryAsync<long>("SELECT position FROM events WHERE position > @last ORDER BY position", new { last }, transaction)).AsList();

        // Where some were there already, which is which is not known, and the tail begins anew behind them.
        return positions.Count == events.Count ? [.. events.Zip(positions, (e, p) => new LoggedEvent(p, e.Event.Type, e.Body) { Event = e.Event })] : [];
    }

    /// <summary>What a transaction has appended is on disk.</summary>
    internal void OnAppended(IReadOnlyList<LoggedEvent> events)
    {
        _tail.Append(events);
        Appended?.Invoke(this, EventArgs.Empty);
    }

    async Task<IReadOnlyList<bool>> AppendAsync(DbTransaction transaction, IReadOnlyList<IReadOnlyList<ArchivedEvent>> batch)
    {
        _appending = await AppendAsync(transaction, (IReadOnlyList<ArchivedEvent>)[.. batch.SelectMany(b => b)]);
        return new bool[batch.Count];
    }

    /// <summary>One statement takes each event once; that nobody had asked for it may be said by any of its copies.</summary>
    static List<ArchivedEvent> Different(IReadOnlyList<ArchivedEvent> events)
    {
        var different = new List<ArchivedEvent>(events.Count);
        var places = new Dictionary<string, int>(events.Count, StringComparer.Ordinal);
        foreach (var e in events)
        {
            if (places.TryAdd(e.Key, different.Count))
            {
                different.Add(e);
            }
            else if (e.Unrouted)
            {
                different[places[e.Key]] = e;
            }
        }

        return different;
    }
}

/// <summary>An event to keep.</summary>
/// <param name="Event">The event.</param>
/// <param name="Body">The structured CloudEvent, as on the wire.</param>
/// <param name="Unrouted">Whether no consumer has asked for it.</param>
public sealed record ArchivedEvent(CloudEvent Event, byte[] Body, bool Unrouted)
{
    /// <summary>What it is known by at consumers.</summary>
    internal string Key { get; } = EventKey.Of(Event);

    internal Acceptance? Stamp { get; } = Event.Acceptance;
}
