using Dapper;
using EventBus.Contracts;
using EventBus.Storage;

namespace EventBus.Operations.Overview;

/// <summary>
/// Counts what goes from where to where, each event and each attempt once, so it costs the same however much is stored. What is counted had come when it was looked at
/// the time before: by then it is committed, in whichever order.
/// </summary>
public sealed class FlowMinutes(Database database, TimeProvider time)
{
    /// <summary>Rows that are read at a time.</summary>
    const long Batch = 20_000;

    (long Position, long Attempt, long At)? _seen;

    /// <summary>Counts what had come when it was called last, and looks how far things have come since.</summary>
    public async Task CountAsync(CancellationToken cancellationToken = default)
    {
        if (_seen is { } until)
        {
            while (!await StepAsync(until, cancellationToken))
            {
            }
        }

        await using var connection = await database.ConnectAsync(cancellationToken);
        var (position, attempt) = await connection.QuerySingleAsync<(long, long)>(new CommandDefinition(
            "SELECT (SELECT coalesce(max(position), 0) FROM events), (SELECT coalesce(max(id), 0) FROM attempts)", cancellationToken: cancellationToken));
        _seen = (position, attempt, time.GetUtcNow().ToUnixTimeMilliseconds());
    }

    /// <summary>Counts some.</summary>
    /// <returns>Whether there is no more.</returns>
    async Task<bool> StepAsync((long Position, long Attempt, long At) until, CancellationToken cancellationToken)
    {
        (long Position, long Attempt) from, to;
        List<Row> rows;
        await using (var connection = await database.ConnectAsync(cancellationToken))
        {
            from = await connection.QuerySingleAsync<(long, long)>(new CommandDefinition("SELECT position, attempt FROM flow_counted WHERE id = 1", cancellationToken: cancellationToken));
            to = (Math.Clamp(until.Position, from.Position, from.Position + Batch), Math.Clamp(until.Attempt, from.Attempt, from.Attempt + Batch));
            var range = new { fromPosition = from.Position, toPosition = to.Position, fromAttempt = from.Attempt, toAttempt = to.Attempt };
            rows = (await connection.QueryAsync<Row>(new CommandDefinition(
                $"""
                 SELECT archived_at / {Minutes.Length} * {Minutes.Length} AS Minute, source AS Source, family AS Type, '' AS Consumer, '' AS Endpoint, count(*) AS Succeeded, 0 AS Failed
                 FROM events WHERE position > @fromPosition AND position <= @toPosition GROUP BY 1, 2, 3
                 """,
                range, cancellationToken: cancellationToken))).AsList();
            rows.AddRange((await connection.QueryAsync<Row>(new CommandDefinition(
                $"""
                 SELECT a.started_at / {Minutes.Length} * {Minutes.Length} AS Minute, '' AS Source, d.type AS Type, d.consumer AS Consumer, d.endpoint AS Endpoint,
                     count(*) - count(a.error) AS Succeeded, count(a.error) AS Failed
                 FROM attempts a JOIN deliveries d ON d.id = a.delivery WHERE a.id > @fromAttempt AND a.id <= @toAttempt GROUP BY 1, 3, 4, 5
                 """,
                range, cancellationToken: cancellationToken))).Select(r => r with { Type = Family.Of(r.Type).Word }));
        }

        var isLast = to == (Math.Max(until.Position, from.Position), Math.Max(until.Attempt, from.Attempt));
        await database.TransactAsync(
            async transaction =>
            {
                // Another process may count as well: who comes second leaves it.
                if (await transaction.Connection!.ExecuteAsync(
                    "UPDATE flow_counted SET position = @toPosition, attempt = @toAttempt, counted_at = CASE WHEN @isLast = 1 THEN @at ELSE counted_at END WHERE id = 1 AND position = @fromPosition AND attempt = @fromAttempt",
                    new { toPosition = to.Position, toAttempt = to.Attempt, fromPosition = from.Position, fromAttempt = from.Attempt, at = until.At, isLast = isLast ? 1 : 0 }, transaction) == 1)
                {
                    foreach (var row in rows)
                    {
                        await transaction.Connection!.ExecuteAsync(
                            """
                            INSERT INTO flow_minutes (minute, source, family, consumer, endpoint, succeeded, failed) VALUES (@Minute, @Source, @Type, @Consumer, @Endpoint, @Succeeded, @Failed)
                            ON CONFLICT (minute, source, family, consumer, endpoint) DO UPDATE SET succeeded = flow_minutes.succeeded + excluded.succeeded, failed = flow_minutes.failed + excluded.failed
                            """,
                            row, transaction);
                    }
                }
            },
            cancellationToken);
        return isLast;
    }

    sealed record Row
    {
        public long Minute { get; init; }

        public string Source { get; init; } = "";

        /// <summary>The type, until it is known which family it is of.</summary>
        public string Type { get; init; } = "";

        public string Consumer { get; init; } = "";

        public string Endpoint { get; init; } = "";

        public long Succeeded { get; init; }

        public long Failed { get; init; }
    }
}
