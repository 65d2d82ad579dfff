using System.Data.Common;
using Dapper;
using EventBus.Storage;

namespace EventBus.Delivery.Lanes;

/// <summary>Stores what failed for good.</summary>
static class DeadLetters
{
    /// <summary>The cause where there is nothing to handle.</summary>
    public const string NoEvent = "the message is no CloudEvent";

    /// <summary>One that the broker had given up before a consumer stored it.</summary>
    public static Task AddAsync(DbTransaction transaction, string consumer, long delivery, PlannedEvent planned, string endpoint, long now) => AddAsync(
        transaction, consumer, delivery, endpoint, planned.EventKey, planned.Incoming.Event?.Id ?? "", planned.Incoming.Event?.Type ?? "",
        planned.Incoming.DeadCause ?? NoEvent, null, null, 0, planned.Incoming.Body, now);

    /// <summary>One whose attempts have failed.</summary>
    public static Task AddAsync(DbTransaction transaction, Completion completion, long now) => AddAsync(
        transaction, completion.Consumer, completion.Item.Id, completion.Item.Endpoint, completion.Item.EventKey, completion.Item.Event.Id, completion.Item.Event.Type,
        completion.Result.Error ?? "failed", completion.Result.Exception, completion.Result.Frame, completion.Attempts, completion.Item.Body, now);

    static Task AddAsync(
        DbTransaction transaction, string consumer, long delivery, string endpoint, string eventKey, string eventId, string type, string cause, string? exception, string? frame,
        int attempts, byte[] original, long now) => transaction.Connection!.ExecuteAsync(
        """
        INSERT INTO dead_letters (delivery, consumer, endpoint, event_key, event_id, type, cause, exception, frame, cause_group, attempts, died_at, state, original)
        VALUES (@delivery, @consumer, @endpoint, @eventKey, @eventId, @type, @cause, @exception, @frame, @group, @attempts, @now, 'dead', @original)
        ON CONFLICT (delivery) DO UPDATE SET cause = excluded.cause, exception = excluded.exception, frame = excluded.frame, cause_group = excluded.cause_group,
            attempts = dead_letters.attempts + excluded.attempts, died_at = excluded.died_at, state = 'dead'
        """,
        new { delivery, consumer, endpoint, eventKey, eventId, type, cause, exception, frame, attempts, original, now, group = EventKey.Hash(consumer, endpoint, cause, exception, frame) },
        transaction);
}
