using Dapper;
using EventBus.Storage;

namespace EventBus.Operations.Overview;

/// <summary>What happened minute by minute. It is counted from indexes by time, over the last minutes only, so it costs the same however much is stored.</summary>
public sealed class Minutes(Database database, TimeProvider time)
{
    /// <summary>What waits is counted up to this many.</summary>
    public const int MaxWaiting = 100_000;

    /// <summary>Milliseconds in a minute.</summary>
    public const long Length = 60_000;

    /// <summary>Counts the minute that runs and those before it again; what came late then counts too.</summary>
    /// <param name="before">How many minutes before it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task CountAsync(int before, CancellationToken cancellationToken = default)
    {
        var current = time.GetUtcNow().ToUnixTimeMilliseconds() / Length * Length;
        var range = new { from = current - (before * Length), to = current + Length };
        long waiting;
        Dictionary<long, long> accepted, succeeded, failed;
        await using (var connection = await database.ConnectAsync(cancellationToken))
        {
            async Task<Dictionary<long, long>> By(string sql) => (await connection.QueryAsync<(long Minute, long Count)>(
                new CommandDefinition(sql, range, cancellationToken: cancellationToken))).ToDictionary(r => r.Minute, r => r.Count);
            waiting = await connection.QuerySingleAsync<long>(new CommandDefinition($"SELECT count(*) FROM (SELECT 1 AS one FROM deliveries WHERE state = 0 LIMIT {MaxWaiting}) AS w", cancellationToken: cancellationToken));
            accepted = await By($"SELECT accepted_at / {Length} * {Length}, count(*) FROM events WHERE accepted_at >= @from AND accepted_at < @to GROUP BY 1");
            succeeded = await By($"SELECT started_at / {Length} * {Length}, count(*) FROM attempts WHERE started_at >= @from AND started_at < @to AND error IS NULL GROUP BY 1");
            failed = await By($"SELECT started_at / {Length} * {Length}, count(*) FROM attempts WHERE started_at >= @from AND started_at < @to AND error IS NOT NULL GROUP BY 1");
        }

        await database.TransactAsync(
            async transaction =>
            {
                for (var minute = range.from; minute <= current; minute += Length)
                {
                    await transaction.Connection!.ExecuteAsync(
                        """
                        INSERT INTO minutes (minute, accepted, succeeded, failed, waiting) VALUES (@minute, @accepted, @succeeded, @failed, @waiting)
                        ON CONFLICT (minute) DO UPDATE SET accepted = excluded.accepted, succeeded = excluded.succeeded, failed = excluded.failed,
                            waiting = CASE WHEN excluded.waiting > minutes.waiting THEN excluded.waiting ELSE minutes.waiting END
                        """,
                        new
                        {
                            minute, accepted = accepted.GetValueOrDefault(minute), succeeded = succeeded.GetValueOrDefault(minute), failed = failed.GetValueOrDefault(minute),
                            waiting = minute == current ? waiting : 0,
                        },
                        transaction);
                }
            },
            cancellationToken);
    }

    /// <summary>The minutes since a time, in order; where nothing was counted there is none.</summary>
    public async Task<IReadOnlyList<Minute>> ReadAsync(DateTimeOffset from, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        return [.. await connection.QueryAsync<Minute>(new CommandDefinition(
            "SELECT minute AS At, accepted AS Accepted, succeeded AS Succeeded, failed AS Failed, waiting AS Waiting FROM minutes WHERE minute >= @from ORDER BY minute",
            new { from = from.ToUnixTimeMilliseconds() }, cancellationToken: cancellationToken))];
    }
}
