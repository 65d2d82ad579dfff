using Dapper;
using EventBus.Operations.Overview;
using EventBus.Storage;

namespace EventBus.Operations.Broker;

/// <summary>What waits in the storage, by the consumer's partition that works on it.</summary>
public sealed class WaitingLanes(Database database)
{
    /// <summary>Each partition that something waits in; of all together up to <see cref="Minutes.MaxWaiting"/> are counted.</summary>
    public async Task<IReadOnlyList<WaitingLane>> ListAsync(CancellationToken cancellationToken = default)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        return [.. await connection.QueryAsync<WaitingLane>(new CommandDefinition(
            """
            SELECT lane AS Lane, CAST(count(*) AS BIGINT) AS Waiting, min(stored_at) AS Oldest
            FROM (SELECT lane, stored_at FROM deliveries WHERE state = 0 LIMIT @max) AS w GROUP BY lane ORDER BY lane
            """,
            new { max = Minutes.MaxWaiting }, cancellationToken: cancellationToken))];
    }
}

/// <summary>What waits in the storage for a partition of a consumer.</summary>
public sealed class WaitingLane
{
    /// <summary>Consumer and partition, with a slash between: <c>webhooks/0</c>.</summary>
    public string Lane { get; init; } = "";

    /// <summary>The consumer.</summary>
    public string Consumer => Lane[..Math.Max(0, Lane.LastIndexOf('/'))];

    /// <summary>How many deliveries wait, to the consumer itself and to its endpoints.</summary>
    public long Waiting { get; init; }

    /// <summary>Since when the oldest of them does, in milliseconds since 1970-01-01 UTC.</summary>
    public long Oldest { get; init; }
}
