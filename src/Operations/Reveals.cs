using Dapper;
using EventBus.Operations.Access;
using EventBus.Operations.Audit;
using EventBus.Storage;

namespace EventBus.Operations;

/// <summary>Shows the payload and subject of one event to one session for a moment; that it does is noted before.</summary>
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
                ?? throw new OperationRefusedException("There is no such event any more.");
        }

        await _audit.ActAsync(session.Actor, Permission.Payloads, "events.reveal", id, reason, transaction => transaction.Connection!.ExecuteAsync(
            """
            INSERT INTO reveals (session, event_key, expires_at) VALUES (@Id, @eventKey, @until)
            ON CONFLICT (session, event_key) DO UPDATE SET expires_at = excluded.expires_at
            """,
            new { session.Id, eventKey, until = time.GetUtcNow().Add(Moment).ToUnixTimeMilliseconds() }, transaction));
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

    internal static void DemandReason(string? reason)
    {
        if (string.IsNullOrWhiteSpace(reason))
        {
            throw new OperationRefusedException("A reason is required, for example: the clinic asks why the order did not arrive.");
        }
    }

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
