using System.Data.Common;
using Dapper;
using EventBus.Contracts;
using EventBus.Storage;

namespace EventBus.Operations.Overview;

/// <summary>
/// What happened minute by minute, and what went from where to where. Each event and each attempt is counted once, so it costs the same however much is stored. What is
/// counted had come when it was looked at the time before: by then it is committed, in whichever order.
/// </summary>
public sealed class Minutes(Database database, TimeProvider time)
{
    /// <summary>What waits is counted up to this many.</summary>
    public const int MaxWaiting = 100_000;

    /// <summary>Milliseconds in a minute.</summary>
    public const long Length = 60_000;

    /// <summary>Rows that are read at a time.</summary>
    const long Batch = 20_000;

    (long Position, long Attempt, long At)? _seen;

    /// <summary>Counts what had come when it was called last, looks how far things have come since, and what waits.</summary>
    public async Task CountAsync(CancellationToken cancellationToken = default)
    {
        if (_seen is { } until)
        {
            while (!await StepAsync(until, cancellationToken))
            {
            }
        }

        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        long waiting;
        await using (var connection = await database.ConnectAsync(cancellationToken))
        {
            (var position, var attempt, waiting) = await connection.QuerySingleAsync<(long, long, long)>(new CommandDefinition(
                $"""
                 SELECT (SELECT coalesce(max(position), 0) FROM events), (SELECT coalesce(max(id), 0) FROM attempts),
                     (SELECT count(*) FROM (SELECT 1 AS one FROM deliveries WHERE state = 0 LIMIT {MaxWaiting}) AS w)
                 """,
                cancellationToken: cancellationToken));
            _seen = (position, attempt, now);
        }

        await database.TransactAsync(transaction => AddAsync(transaction, [new Minute { At = now / Length * Length, Waiting = waiting }]), cancellationToken);
    }

    /// <summary>The minutes since a time, in order; where nothing was counted there is none.</summary>
    public async Task<IReadOnlyList<Minute>> ReadAsync(DateTimeOffset from, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        return [.. await connection.QueryAsync<Minute>(new CommandDefinition(
            "SELECT minute AS At, accepted AS Accepted, succeeded AS Succeeded, failed AS Failed, waiting AS Waiting FROM minutes WHERE minute >= @from ORDER BY minute",
            new { from = from.ToUnixTimeMilliseconds() }, cancellationToken: cancellationToken))];
    }

    /// <summary>Counts some.</summary>
    /// <returns>Whether there is no more.</returns>
    async Task<bool> StepAsync((long Position, long Attempt, long At) until, CancellationToken cancellationToken)
    {
        (long Position, long Attempt) from, to;
        List<Row> flows;
        List<Minute> minutes;
        await using (var connection = await database.ConnectAsync(cancellationToken))
        {
            from = await connection.QuerySingleAsync<(long, long)>(new CommandDefinition("SELECT position, attempt FROM flow_counted WHERE id = 1", cancellationToken: cancellationToken));
            to = (Math.Clamp(until.Position, from.Position, from.Position + Batch), Math.Clamp(until.Attempt, from.Attempt, from.Attempt + Batch));
            var range = new { fromPosition = from.Position, toPosition = to.Position, fromAttempt = from.Attempt, toAttempt = to.Attempt };
            var events = (await connection.QueryAsync<(long Accepted, long Archived, string Source, string Family, long Count)>(new CommandDefinition(
                $"""
                 SELECT accepted_at / {Length} * {Length}, archived_at / {Length} * {Length}, source, family, count(*)
                 FROM events WHERE position > @fromPosition AND position <= @toPosition GROUP BY 1, 2, 3, 4
                 """,
                range, cancellationToken: cancellationToken))).AsList();
            var attempts = (await connection.QueryAsync<Row>(new CommandDefinition(
                $"""
                 SELECT a.started_at / {Length} * {Length} AS Minute, '' AS Source, d.type AS Family, d.consumer AS Consumer, d.endpoint AS Endpoint,
                     count(*) - count(a.error) AS Succeeded, count(a.error) AS Failed
                 FROM attempts a JOIN deliveries d ON d.id = a.delivery WHERE a.id > @fromAttempt AND a.id <= @toAttempt GROUP BY 1, 3, 4, 5
                 """,
                range, cancellationToken: cancellationToken))).Select(r => r with { Family = Family.Of(r.Family).Word }).ToList();
            flows = [.. events.Select(e => new Row { Minute = e.Archived, Source = e.Source, Family = e.Family, Succeeded = e.Count }), .. attempts];
            minutes =
            [
                .. events.GroupBy(e => e.Accepted).Select(g => new Minute { At = g.Key, Accepted = g.Sum(e => e.Count) }),
                .. attempts.GroupBy(a => a.Minute).Select(g => new Minute { At = g.Key, Succeeded = g.Sum(a => a.Succeeded), Failed = g.Sum(a => a.Failed) }),
            ];
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
                    foreach (var flow in flows)
                    {
                        await transaction.Connection!.ExecuteAsync(
                            """
                            INSERT INTO flow_minutes (minute, source, family, consumer, endpoint, succeeded, failed) VALUES (@Minute, @Source, @Family, @Consumer, @Endpoint, @Succeeded, @Failed)
                            ON CONFLICT (minute, source, family, consumer, endpoint) DO UPDATE SET succeeded = flow_minutes.succeeded + excluded.succeeded, failed = flow_minutes.failed + excluded.failed
                            """,
                            flow, transaction);
                    }

                    await AddAsync(transaction, minutes);
                }
            },
            cancellationToken);
        return isLast;
    }

    static async Task AddAsync(DbTransaction transaction, IReadOnlyList<Minute> minutes)
    {
        foreach (var minute in minutes)
        {
            await transaction.Connection!.ExecuteAsync(
                """
                INSERT INTO minutes (minute, accepted, succeeded, failed, waiting) VALUES (@At, @Accepted, @Succeeded, @Failed, @Waiting)
                ON CONFLICT (minute) DO UPDATE SET accepted = minutes.accepted + excluded.accepted, succeeded = minutes.succeeded + excluded.succeeded, failed = minutes.failed + excluded.failed,
                    waiting = CASE WHEN excluded.waiting > minutes.waiting THEN excluded.waiting ELSE minutes.waiting END
                """,
                minute, transaction);
        }
    }

    sealed record Row
    {
        public long Minute { get; init; }

        public string Source { get; init; } = "";

        /// <summary>Of an attempt the type, until it is known which family it is of.</summary>
        public string Family { get; init; } = "";

        public string Consumer { get; init; } = "";

        public string Endpoint { get; init; } = "";

        public long Succeeded { get; init; }

        public long Failed { get; init; }
    }
}
