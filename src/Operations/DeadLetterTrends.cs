using Dapper;
using EventBus.Storage;

namespace EventBus.Operations;

/// <summary>How failures came and how retries go. It reads the deaths of the last day from an index by time.</summary>
public sealed class DeadLetterTrends(Database database, TimeProvider time)
{
    /// <summary>Hours that are looked back at.</summary>
    public const int Hours = 24;

    /// <summary>Retries that are looked at.</summary>
    public const int MaxRetried = 1_000;

    const long Hour = 3_600_000;

    /// <summary>Deaths in each of the last hours, the oldest first, by group; who had none is not in it. The last hour is the one that ends now.</summary>
    /// <param name="causeGroup">Only this one; null for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<long>>> ReadAsync(string? causeGroup, CancellationToken cancellationToken = default)
    {
        var from = time.GetUtcNow().ToUnixTimeMilliseconds() - (Hours * Hour);
        await using var connection = await database.ConnectAsync(cancellationToken);
        var rows = await connection.QueryAsync<(string Group, long Hour, long Count)>(new CommandDefinition(
            $"""
             SELECT cause_group, (died_at - @from) / {Hour}, count(*) FROM dead_letters
             WHERE died_at >= @from {(causeGroup is null ? "" : "AND cause_group = @causeGroup")} GROUP BY 1, 2
             """,
            new { from, causeGroup }, cancellationToken: cancellationToken));
        return rows.GroupBy(r => r.Group, StringComparer.Ordinal).ToDictionary(
            g => g.Key,
            g =>
            {
                var counts = new long[Hours];
                foreach (var (_, hour, count) in g)
                {
                    counts[Math.Clamp(hour, 0, Hours - 1)] += count;
                }

                return (IReadOnlyList<long>)counts;
            },
            StringComparer.Ordinal);
    }

    /// <summary>What has become of those of a group that were tried again, as far as the newest <see cref="MaxRetried"/> tell.</summary>
    public async Task<IReadOnlyDictionary<DeliveryState, long>> RetriedAsync(string causeGroup, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        return (await connection.QueryAsync<(int State, long Count)>(new CommandDefinition(
            """
            SELECT d.state, count(*) FROM (SELECT delivery FROM dead_letters WHERE cause_group = @causeGroup AND state = 'retried' ORDER BY delivery DESC LIMIT @MaxRetried) AS l
            JOIN deliveries d ON d.id = l.delivery GROUP BY d.state
            """,
            new { causeGroup, MaxRetried }, cancellationToken: cancellationToken))).ToDictionary(r => (DeliveryState)r.State, r => r.Count);
    }
}
