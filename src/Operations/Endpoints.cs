using Dapper;
using EventBus.Storage;

namespace EventBus.Operations;

/// <summary>How endpoints do.</summary>
public sealed class Endpoints(Database database)
{
    /// <summary>Every endpoint that a consumer delivers to, by name.</summary>
    public async Task<IReadOnlyList<EndpointSummary>> ListAsync(CancellationToken cancellationToken = default)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        return [.. await connection.QueryAsync<EndpointSummary>(new CommandDefinition(
            """
            SELECT c.endpoint AS Name, c.name AS Consumer, coalesce(e.state, 'enabled') AS State, e.reason AS Reason, e.failing_since AS FailingSince, e.opened_at AS OpenedAt, e.probe_at AS ProbeAt,
                (SELECT count(*) FROM deliveries d WHERE d.consumer = c.name AND d.endpoint = c.endpoint AND d.state = 0) AS Waiting,
                (SELECT min(stored_at) FROM deliveries d WHERE d.consumer = c.name AND d.endpoint = c.endpoint AND d.state = 0) AS Oldest,
                (SELECT count(*) FROM dead_letters l WHERE l.consumer = c.name AND l.endpoint = c.endpoint AND l.state = 'dead') AS Dead
            FROM consumers c LEFT JOIN endpoints e ON e.name = c.endpoint WHERE c.endpoint <> '' ORDER BY c.endpoint, c.name
            """,
            cancellationToken: cancellationToken))];
    }
}

/// <summary>How an endpoint does. Times are milliseconds since 1970-01-01 UTC.</summary>
public sealed class EndpointSummary
{
    /// <summary>Its name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Who delivers to it.</summary>
    public string Consumer { get; init; } = "";

    /// <summary>enabled, paused, draining or disabled.</summary>
    public string State { get; init; } = "";

    /// <summary>Why, where it is not enabled.</summary>
    public string? Reason { get; init; }

    /// <summary>The first failure since the last success.</summary>
    public long? FailingSince { get; init; }

    /// <summary>Since when its circuit is open.</summary>
    public long? OpenedAt { get; init; }

    /// <summary>When one event tries.</summary>
    public long? ProbeAt { get; init; }

    /// <summary>Events that wait for it.</summary>
    public long Waiting { get; init; }

    /// <summary>Since when the oldest of them does.</summary>
    public long? Oldest { get; init; }

    /// <summary>Dead letters that wait for a decision.</summary>
    public long Dead { get; init; }
}
