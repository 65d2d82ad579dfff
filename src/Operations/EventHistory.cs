using Dapper;
using EventBus.Contracts;
using EventBus.Storage;

namespace EventBus.Operations;

/// <summary>What became of an event: acceptance, routing, every consumer's outcome, every attempt.</summary>
public sealed class EventHistory(Database database)
{
    readonly EventQuery _events = new(database);

    /// <summary>Every acceptance of an id that the archive has, the newest first; sources may use the same id.</summary>
    /// <param name="id">The event's id.</param>
    /// <param name="publisher">Only what was sent with the key of this name; null for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<EventRecord>> FindAsync(string id, string? publisher, CancellationToken cancellationToken = default)
    {
        const int Limit = 20;
        var records = new List<EventRecord>();
        foreach (var found in (await _events.SearchAsync(new EventFilter { Id = id, Publisher = publisher }, null, Limit, cancellationToken)).Events)
        {
            records.Add(new EventRecord(found, await OutcomesAsync(found, cancellationToken)));
        }

        return records;
    }

    /// <summary>One acceptance of an event, by what it is known by at consumers; null where the archive does not have it.</summary>
    public async Task<(EventRecord Record, EventFacts Facts)?> FindAsync(string eventKey, CancellationToken cancellationToken = default)
    {
        if (await _events.FindAsync(eventKey, cancellationToken) is not { Body: { } body } found)
        {
            return null;
        }

        var parsed = EventJson.Parse(body);
        return (new EventRecord(found, await OutcomesAsync(found, cancellationToken)), new EventFacts(EventTrace.IdOf(parsed), parsed.NativeType, parsed.DataContentType, body.Length));
    }

    /// <summary>How many outcomes of each kind events have, by event.</summary>
    public async Task<ILookup<string, (DeliveryState State, int Count)>> StatesAsync(IReadOnlyList<string> eventKeys, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(eventKeys);
        if (eventKeys.Count == 0)
        {
            return Array.Empty<string>().ToLookup(k => k, _ => (DeliveryState.Waiting, 0), StringComparer.Ordinal);
        }

        var keys = new InList(eventKeys);
        await using var connection = await database.ConnectAsync(cancellationToken);
        return (await connection.QueryAsync<(string Key, int State, int Count)>(new CommandDefinition(
            $"SELECT event_key, state, CAST(count(*) AS INTEGER) FROM deliveries WHERE event_key IN {keys.Sql} GROUP BY event_key, state", keys.Parameters, cancellationToken: cancellationToken)))
            .ToLookup(r => r.Key, r => ((DeliveryState)r.State, r.Count), StringComparer.Ordinal);
    }

    async Task<IReadOnlyList<EventOutcome>> OutcomesAsync(StoredEvent found, CancellationToken cancellationToken)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        var parameters = new { found.EventKey, found.Id, found.Source };
        const string Which = "event_key = @EventKey OR (event_id = @Id AND source = @Source AND replay IS NOT NULL)";
        var outcomes = (await connection.QueryAsync<EventOutcome>(new CommandDefinition(
            $"""
             SELECT id AS Delivery, consumer AS Consumer, endpoint AS Endpoint, state AS State, sequence AS Sequence, attempts AS AttemptCount, replay AS Replay, stored_at AS StoredAt,
                 CASE WHEN state = 0 AND due_at > 0 THEN due_at ELSE NULL END AS DueAt, finished_at AS FinishedAt
             FROM deliveries WHERE {Which} ORDER BY consumer, endpoint, id
             """,
            parameters, cancellationToken: cancellationToken))).AsList();
        var attempts = (await connection.QueryAsync<EventAttempt>(new CommandDefinition(
            $"""
             SELECT delivery AS Delivery, number AS Number, started_at AS StartedAt, duration_ms AS DurationMs, status AS Status, error AS Error, response_head AS ResponseHead
             FROM attempts WHERE delivery IN (SELECT id FROM deliveries WHERE {Which}) ORDER BY id
             """,
            parameters, cancellationToken: cancellationToken))).ToLookup(a => a.Delivery);
        outcomes.ForEach(o => o.Attempts = [.. attempts[o.Delivery]]);
        return outcomes;
    }
}

/// <summary>An accepted event and what became of it.</summary>
/// <param name="Event">The event, without its payload.</param>
/// <param name="Outcomes">At each consumer (endpoint empty) and endpoint, replays included.</param>
public sealed record EventRecord(StoredEvent Event, IReadOnlyList<EventOutcome> Outcomes);

/// <summary>What an event says beside its payload.</summary>
/// <param name="TraceId">The trace that it belongs to.</param>
/// <param name="NativeType">The sender's own name for it.</param>
/// <param name="ContentType">The payload's media type.</param>
/// <param name="Bytes">How large the whole event is.</param>
public sealed record EventFacts(string? TraceId, string? NativeType, string? ContentType, int Bytes);

/// <summary>What became of an event at a consumer or endpoint.</summary>
public sealed class EventOutcome
{
    /// <summary>What it is known by.</summary>
    public long Delivery { get; init; }

    /// <summary>The consumer.</summary>
    public string Consumer { get; init; } = "";

    /// <summary>The endpoint; empty for the consumer itself.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>The outcome, or that it waits.</summary>
    public DeliveryState State { get; init; }

    /// <summary><c>eventbus-sequence</c>.</summary>
    public long? Sequence { get; init; }

    /// <summary>Attempts so far.</summary>
    public int AttemptCount { get; init; }

    /// <summary>The replay it belongs to.</summary>
    public string? Replay { get; init; }

    /// <summary>When the consumer stored it, in milliseconds since 1970-01-01 UTC.</summary>
    public long StoredAt { get; init; }

    /// <summary>When it is tried again, where it waits for that.</summary>
    public long? DueAt { get; init; }

    /// <summary>When it had its outcome.</summary>
    public long? FinishedAt { get; init; }

    /// <summary>The attempts, in order.</summary>
    public IReadOnlyList<EventAttempt> Attempts { get; set; } = [];
}

/// <summary>One attempt.</summary>
public sealed class EventAttempt
{
    /// <summary>The delivery it belongs to.</summary>
    public long Delivery { get; init; }

    /// <summary>Its number, from 1.</summary>
    public int Number { get; init; }

    /// <summary>When it began, in milliseconds since 1970-01-01 UTC.</summary>
    public long StartedAt { get; init; }

    /// <summary>How long it took, in milliseconds.</summary>
    public long DurationMs { get; init; }

    /// <summary>HTTP status.</summary>
    public int? Status { get; init; }

    /// <summary>Why it failed; null where it succeeded.</summary>
    public string? Error { get; init; }

    /// <summary>The beginning of the response, where the endpoint's settings allow keeping it.</summary>
    public string? ResponseHead { get; init; }
}
