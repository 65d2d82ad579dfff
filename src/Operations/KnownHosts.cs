using Dapper;
using EventBus.Operations.Access;
using EventBus.Operations.Audit;
using EventBus.Storage;

namespace EventBus.Operations;

/// <summary>Which processes run on this storage, as they say of themselves.</summary>
public sealed class KnownHosts(Database database, TimeProvider time)
{
    internal const string Columns = """
        name AS Name, service AS Service, started_at AS StartedAt, seen_at AS SeenAt, broker AS NeedsBroker, broker_away_since AS BrokerAwaySince,
        spool_waiting AS SpoolWaiting, spool_since AS SpoolSince, spool_bytes AS SpoolBytes, spool_max_bytes AS SpoolMaxBytes
        """;

    /// <summary>A host that was heard of so recently is there: five heartbeats.</summary>
    const long Present = 10_000;

    readonly AuditLog _audit = new(database, time);

    /// <summary>Every host, by name.</summary>
    public async Task<IReadOnlyList<HostSummary>> ListAsync(CancellationToken cancellationToken = default)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        return [.. await connection.QueryAsync<HostSummary>(new CommandDefinition(
            $"SELECT {Columns}, CASE WHEN seen_at >= {database.Now} - {Present} THEN 1 ELSE 0 END AS IsPresent FROM hosts ORDER BY name", cancellationToken: cancellationToken))];
    }

    /// <summary>Forgets a host that is gone for good; one that is there after all says so within two seconds.</summary>
    /// <exception cref="NotPermittedException">The actor may not.</exception>
    /// <exception cref="OperationRefusedException">There is none of that name.</exception>
    public async Task ForgetAsync(Actor actor, string name)
    {
        if (await _audit.ActAsync(actor, Permission.Operate, "hosts.forget", name, null, transaction => transaction.Connection!.ExecuteAsync("DELETE FROM hosts WHERE name = @name", new { name }, transaction)) == 0)
        {
            throw new OperationRefusedException($"There is no host {name}; eventbus hosts list shows them.");
        }
    }
}

/// <summary>A process, as it said of itself. Times are milliseconds since 1970-01-01 UTC.</summary>
public sealed class HostSummary
{
    /// <summary>Its name.</summary>
    public string Name { get; init; } = "";

    /// <summary>What it is: Gateway, Archive, Standalone, a consumer.</summary>
    public string Service { get; init; } = "";

    /// <summary>When it was started.</summary>
    public long StartedAt { get; init; }

    /// <summary>When it was last heard of.</summary>
    public long SeenAt { get; init; }

    /// <summary>Whether it was heard of within the last seconds.</summary>
    public bool IsPresent { get; init; }

    /// <summary>Whether it needs the broker.</summary>
    public bool NeedsBroker { get; init; }

    /// <summary>Since when it has not reached the broker; null while it does.</summary>
    public long? BrokerAwaySince { get; init; }

    /// <summary>Accepted events that wait in its spool; null where it has none.</summary>
    public long? SpoolWaiting { get; init; }

    /// <summary>Since when its spool has been in use.</summary>
    public long? SpoolSince { get; init; }

    /// <summary>How large the waiting events are together, in bytes.</summary>
    public long? SpoolBytes { get; init; }

    /// <summary>How large they may be.</summary>
    public long? SpoolMaxBytes { get; init; }
}
