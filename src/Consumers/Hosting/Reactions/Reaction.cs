using System.Data.Common;
using System.Net.Mime;
using Dapper;
using EventBus.Contracts;
using EventBus.Storage;

namespace EventBus.Consumers.Hosting.Reactions;

/// <summary>
/// What a consumer does because of an event, or because a timer has rung: all of it is in the transaction that records the outcome, so it is there once, whatever
/// happens. It may run more than once before it is committed.
/// </summary>
public sealed class Reaction
{
    /// <summary>A reaction in a transaction of one's own; what an event or a timer leads to is given one.</summary>
    public Reaction(DbTransaction transaction, DateTimeOffset now) => (Transaction, Now) = (transaction, now);

    /// <summary>The transaction, for tables of one's own.</summary>
    public DbTransaction Transaction { get; }

    /// <summary>The time.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>Whether a consumer of this bus has published it, which those that publish do not react to.</summary>
    public static bool IsOwn(CloudEvent @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        return @event.Type.StartsWith("eventbus.", StringComparison.Ordinal);
    }

    /// <summary>The key of a thing that events are about: a hash of tenant, source and its own id.</summary>
    public static string KeyOf(CloudEvent @event, string id)
    {
        ArgumentNullException.ThrowIfNull(@event);
        return EventKey.Hash(@event.Tenant, @event.Source, id);
    }

    /// <summary>What an event is known by in a record's history, however often it comes.</summary>
    public static string EntryOf(CloudEvent @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        return EventKey.Hash(@event.Tenant, @event.Source, @event.Id);
    }

    /// <summary>When an event was accepted, in milliseconds since 1970-01-01 UTC; of one that no gateway has accepted, now.</summary>
    public long AcceptedAt(CloudEvent @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        return (@event.Acceptance?.Time ?? Now).ToUnixTimeMilliseconds();
    }

    /// <summary>Reads a record, and keeps it from everybody else until the transaction ends.</summary>
    /// <returns>Its state, JSON; null where nothing is known yet.</returns>
    public Task<string?> ReadAsync(string kind, string key) => Transaction.Connection!.QuerySingleAsync<string?>(
        "INSERT INTO records (kind, key, updated_at) VALUES (@kind, @key, @now) ON CONFLICT (kind, key) DO UPDATE SET updated_at = excluded.updated_at RETURNING state",
        new { kind, key, now = Now.ToUnixTimeMilliseconds() }, Transaction);

    /// <summary>Writes a record that was read.</summary>
    public Task WriteAsync(string kind, string key, string state) => Transaction.Connection!.ExecuteAsync(
        "UPDATE records SET state = @state WHERE kind = @kind AND key = @key", new { kind, key, state }, Transaction);

    /// <summary>Adds what happened to a record's history.</summary>
    /// <returns>False where it is there already: a repetition, or a replay.</returns>
    public async Task<bool> AddEntryAsync(string kind, string key, CloudEvent @event, string body)
    {
        ArgumentNullException.ThrowIfNull(@event);
        var acceptance = @event.Acceptance;
        return await Transaction.Connection!.ExecuteAsync(
            """
            INSERT INTO record_entries (kind, key, entry, at, gateway, sequence, body) VALUES (@kind, @key, @entry, @at, @gateway, @sequence, @body)
            ON CONFLICT (kind, key, entry) DO NOTHING
            """,
            new
            {
                kind, key, body,
                entry = EntryOf(@event),
                at = AcceptedAt(@event),
                gateway = acceptance?.Gateway ?? "",
                sequence = acceptance?.Sequence ?? 0,
            },
            Transaction) > 0;
    }

    /// <summary>What has happened so far, in the order of acceptance.</summary>
    public async Task<IReadOnlyList<RecordEntry>> EntriesAsync(string kind, string key) =>
    [
        .. await Transaction.Connection!.QueryAsync<RecordEntry>(
            "SELECT entry AS Id, at AS At, body AS Body FROM record_entries WHERE kind = @kind AND key = @key ORDER BY at, gateway, sequence, entry", new { kind, key }, Transaction),
    ];

    /// <summary>Has a timer ring, in place of any of that name; it survives restarts.</summary>
    /// <param name="kind">The record's kind.</param>
    /// <param name="key">The record's key.</param>
    /// <param name="name">The timer's name.</param>
    /// <param name="due">When; null: not any more.</param>
    public Task SetTimerAsync(string kind, string key, string name, DateTimeOffset? due) => due is { } at
        ? Transaction.Connection!.ExecuteAsync(
            "INSERT INTO timers (kind, key, name, due_at) VALUES (@kind, @key, @name, @at) ON CONFLICT (kind, key, name) DO UPDATE SET due_at = excluded.due_at",
            new { kind, key, name, at = at.ToUnixTimeMilliseconds() }, Transaction)
        : Transaction.Connection!.ExecuteAsync("DELETE FROM timers WHERE kind = @kind AND key = @key AND name = @name", new { kind, key, name }, Transaction);

    /// <summary>Publishes an event once the transaction is committed; in the order of the calls. Data without a media type is <c>application/json</c>, and then says so.</summary>
    public Task PublishAsync(CloudEvent @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        var typed = @event is { Data: not null, DataContentType: null } ? @event with { DataContentType = MediaTypeNames.Application.Json } : @event;
        return Transaction.Connection!.ExecuteAsync("INSERT INTO outbox (body) VALUES (@body)", new { body = EventJson.ToUtf8Bytes(typed) }, Transaction);
    }

    /// <summary>Whether the sender of an event that was asked about was told no (<see cref="Answers"/>), so that what it announced will not be.</summary>
    public async Task<bool> IsWithdrawnAsync(string eventKey) => await Transaction.Connection!.QuerySingleOrDefaultAsync<int?>(
        "SELECT state FROM answers WHERE event_key = @eventKey", new { eventKey }, Transaction) is (int)AnswerState.Withdrawn or (int)AnswerState.Unknown;
}
