using System.Data.Common;
using Dapper;
using EventBus.Operations.Access;
using EventBus.Operations.Audit;
using EventBus.Storage;

namespace EventBus.Operations;

/// <summary>Shows the payload and subject of one event, or one record, to one session for a moment; that it does is noted before.</summary>
public sealed class Reveals(Database database, TimeProvider time)
{
    /// <summary>For how long.</summary>
    public static readonly TimeSpan Moment = TimeSpan.FromMinutes(1);

    readonly AuditLog _audit = new(database, time);

    /// <summary>Lets a session see an event.</summary>
    /// <exception cref="NotPermittedException">Its account may not see payloads.</exception>
    /// <exception cref="OperationRefusedException">There is no reason, or no such event.</exception>
    public async Task RevealAsync(Session session, string eventKey, string reason)
    {
        ArgumentNullException.ThrowIfNull(session);
        DemandReason(reason);
        var id = "";
        await using (var connection = await database.ConnectAsync())
        {
            id = await connection.QuerySingleOrDefaultAsync<string>("SELECT id FROM events WHERE event_key = @eventKey", new { eventKey })
                ?? await connection.QuerySingleOrDefaultAsync<string>("SELECT event_id FROM dead_letters WHERE event_key = @eventKey LIMIT 1", new { eventKey })
                ?? await connection.QuerySingleOrDefaultAsync<string>("SELECT event_id FROM deliveries WHERE event_key = @eventKey LIMIT 1", new { eventKey })
                ?? throw new OperationRefusedException("There is no such event any more.");
        }

        await _audit.ActAsync(session.Actor, Permission.Payloads, "events.reveal", id, reason, transaction => AllowAsync(transaction, session, eventKey));
    }

    /// <summary>The event as it was accepted, and how long it may still be seen; null where it may not.</summary>
    public async Task<(byte[] Body, TimeSpan For)?> ReadAsync(Session session, string eventKey, CancellationToken cancellationToken = default)
    {
        if (await RemainingAsync(session, eventKey, cancellationToken) is not { } remaining)
        {
            return null;
        }

        await using var connection = await database.ConnectAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<byte[]>(new CommandDefinition("SELECT body FROM events WHERE event_key = @eventKey", new { eventKey }, cancellationToken: cancellationToken)) is { } body
            ? (body, remaining) : null;
    }

    /// <summary>What a retry of a dead letter would send, and how long it may still be seen; null where it may not.</summary>
    public async Task<(byte[] Body, TimeSpan For)?> ReadAsync(Session session, DeadLetter letter, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(letter);
        return await RemainingAsync(session, letter.EventKey, cancellationToken) is { } remaining
            && await new DeadLetterDesk(database, time).PayloadAsync(letter.Delivery, cancellationToken) is { } body ? (body, remaining) : null;
    }

    /// <summary>What endpoints answered in attempts at the events that a session may see now, by <see cref="EndpointAttempt.Id"/>.</summary>
    public async Task<IReadOnlyDictionary<long, string>> AnswersAsync(Session session, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(session);
        if (!session.Payloads)
        {
            return new Dictionary<long, string>();
        }

        await using var connection = await database.ConnectAsync(cancellationToken);
        return (await connection.QueryAsync<(long Id, string Head)>(new CommandDefinition(
            """
            SELECT a.id, a.response_head FROM reveals r JOIN deliveries d ON d.event_key = r.event_key JOIN attempts a ON a.delivery = d.id
            WHERE r.session = @Id AND r.expires_at > @now AND a.response_head IS NOT NULL
            """,
            new { session.Id, now = time.GetUtcNow().ToUnixTimeMilliseconds() }, cancellationToken: cancellationToken))).ToDictionary(r => r.Id, r => r.Head);
    }

    /// <summary>The whole of an event, as it was accepted, for who has no session; null where there is none.</summary>
    /// <exception cref="NotPermittedException">The actor may not see payloads.</exception>
    /// <exception cref="OperationRefusedException">There is no reason.</exception>
    public async Task<byte[]?> RevealAsync(Actor actor, StoredEvent @event, string reason, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(@event);
        await NoteAsync(actor, [@event.Id], reason);
        await using var connection = await database.ConnectAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<byte[]>(new CommandDefinition("SELECT body FROM events WHERE event_key = @EventKey", new { @event.EventKey }, cancellationToken: cancellationToken));
    }

    /// <summary>What endpoints answered in attempts, by <see cref="EndpointAttempt.Id"/>, for who has no session.</summary>
    /// <exception cref="NotPermittedException">The actor may not see payloads.</exception>
    /// <exception cref="OperationRefusedException">There is no reason.</exception>
    public async Task<IReadOnlyDictionary<long, string>> RevealAnswersAsync(Actor actor, IReadOnlyList<EndpointAttempt> attempts, string reason, CancellationToken cancellationToken = default)
    {
        var kept = attempts.Where(a => a.HasAnswer).ToList();
        await NoteAsync(actor, kept.Select(a => a.EventId), reason);
        await using var connection = await database.ConnectAsync(cancellationToken);
        return kept.Count == 0 ? new Dictionary<long, string>() : (await connection.QueryAsync<(long Id, string Head)>(new CommandDefinition(
            $"SELECT id, response_head FROM attempts WHERE id IN ({string.Join(", ", kept.Select(a => a.Id))})", cancellationToken: cancellationToken))).ToDictionary(r => r.Id, r => r.Head);
    }

    /// <summary>Notes of each event that somebody without a session sees its subject, or what it holds; to be done before that is shown.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="ids">The events' ids.</param>
    /// <param name="reason">Why.</param>
    /// <exception cref="NotPermittedException">The actor may not see payloads.</exception>
    /// <exception cref="OperationRefusedException">There is no reason.</exception>
    public async Task NoteAsync(Actor actor, IEnumerable<string> ids, string reason)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(ids);
        actor.Demand(Permission.Payloads);
        DemandReason(reason);
        foreach (var id in ids.Distinct(StringComparer.Ordinal))
        {
            await _audit.ActAsync(actor, Permission.Payloads, "events.reveal", id, reason, _ => Task.FromResult(1));
        }
    }

    /// <summary>Lets a session see a record of a consumer.</summary>
    /// <exception cref="NotPermittedException">Its account may not see payloads.</exception>
    /// <exception cref="OperationRefusedException">There is no reason, or no such record.</exception>
    public async Task RevealRecordAsync(Session session, string kind, string key, string reason)
    {
        ArgumentNullException.ThrowIfNull(session);
        DemandReason(reason);
        await _audit.ActAsync(session.Actor, Permission.Payloads, "records.reveal", $"{Records.Known(kind)} {key}", reason, async transaction =>
        {
            if (await transaction.Connection!.QuerySingleAsync<long>("SELECT count(*) FROM records WHERE kind = @kind AND key = @key", new { kind, key }, transaction) == 0)
            {
                throw new OperationRefusedException("There is no such record any more.");
            }

            return await AllowAsync(transaction, session, NameOf(kind, key));
        });
    }

    /// <summary>Everything of a record, as JSON, and how long it may still be seen; null where it may not.</summary>
    public async Task<(string Record, TimeSpan For)?> ReadRecordAsync(Session session, string kind, string key, CancellationToken cancellationToken = default) =>
        await RemainingAsync(session, NameOf(kind, key), cancellationToken) is { } remaining && await new Records(database, time).ReadAsync(kind, key, cancellationToken) is { } record ? (record, remaining) : null;

    /// <summary>What a record is known by among what may be seen; keys of events have no slash.</summary>
    static string NameOf(string kind, string key) => $"{kind}/{key}";

    internal static void DemandReason(string? reason)
    {
        if (string.IsNullOrWhiteSpace(reason))
        {
            throw new OperationRefusedException("A reason is required, for example: the clinic asks why the order did not arrive.");
        }
    }

    Task<int> AllowAsync(DbTransaction transaction, Session session, string eventKey) => transaction.Connection!.ExecuteAsync(
        """
        INSERT INTO reveals (session, event_key, expires_at) VALUES (@Id, @eventKey, @until)
        ON CONFLICT (session, event_key) DO UPDATE SET expires_at = excluded.expires_at
        """,
        new { session.Id, eventKey, until = time.GetUtcNow().Add(Moment).ToUnixTimeMilliseconds() }, transaction);

    async Task<TimeSpan?> RemainingAsync(Session session, string eventKey, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        await using var connection = await database.ConnectAsync(cancellationToken);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return session.Payloads && await connection.QuerySingleOrDefaultAsync<long?>(new CommandDefinition(
            "SELECT expires_at FROM reveals WHERE session = @Id AND event_key = @eventKey AND expires_at > @now", new { session.Id, eventKey, now }, cancellationToken: cancellationToken)) is { } until
            ? TimeSpan.FromMilliseconds(until - now) : null;
    }
}
