using System.Data.Common;
using Dapper;

namespace EventBus.Storage;

/// <summary>Pauses, drains, resumes and disables endpoints; whoever delivers to them sees it within a second or two.</summary>
public sealed class EndpointControl(Database database, TimeProvider time)
{
    /// <summary>Every endpoint that something is known of.</summary>
    public async Task<IReadOnlyList<EndpointState>> StatesAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        return [.. await connection.QueryAsync<EndpointState>(
            """
            SELECT name AS Name, state AS State, reason AS Reason, failing_since AS FailingSince, opened_at AS OpenedAt, probe_at AS ProbeAt, changed_at AS ChangedAt
            FROM endpoints ORDER BY name
            """)];
    }

    /// <summary>Stops deliveries; they wait.</summary>
    public Task PauseAsync(string name, string reason) => SetAsync(name, EndpointState.Paused, reason);

    /// <summary>Lets go out what waits now, and nothing that comes later.</summary>
    public Task DrainAsync(string name, string reason) => SetAsync(name, EndpointState.Draining, reason);

    /// <summary>Gives the endpoint up until somebody resumes it; its events wait.</summary>
    public Task DisableAsync(string name, string reason) => SetAsync(name, EndpointState.Disabled, reason);

    /// <summary>Lets deliveries go out again, as if the endpoint had never failed.</summary>
    public Task ResumeAsync(string name) => SetAsync(name, EndpointState.Enabled, null);

    /// <summary>Notes how an endpoint does, for whoever looks.</summary>
    public Task NoteAsync(string name, DateTimeOffset? failingSince, DateTimeOffset? openedAt, DateTimeOffset? probeAt) => database.TransactAsync(async transaction =>
        await transaction.Connection!.ExecuteAsync(
            """
            INSERT INTO endpoints (name, failing_since, opened_at, probe_at, changed_at) VALUES (@name, @failing, @opened, @probe, 0)
            ON CONFLICT (name) DO UPDATE SET failing_since = excluded.failing_since, opened_at = excluded.opened_at, probe_at = excluded.probe_at
            """,
            new { name, failing = failingSince?.ToUnixTimeMilliseconds(), opened = openedAt?.ToUnixTimeMilliseconds(), probe = probeAt?.ToUnixTimeMilliseconds() }, transaction));

    Task SetAsync(string name, string state, string? reason) => database.TransactAsync(transaction => SetAsync(transaction, name, state, reason));

    /// <summary>Changes the state as part of a transaction.</summary>
    internal Task<int> SetAsync(DbTransaction transaction, string name, string state, string? reason) =>
        transaction.Connection!.ExecuteAsync(
            """
            INSERT INTO endpoints (name, state, reason, changed_at) VALUES (@name, @state, @reason, @now)
            ON CONFLICT (name) DO UPDATE SET state = excluded.state, reason = excluded.reason, changed_at = excluded.changed_at,
                failing_since = CASE WHEN excluded.state = 'enabled' THEN NULL ELSE endpoints.failing_since END,
                opened_at = CASE WHEN excluded.state = 'enabled' THEN NULL ELSE endpoints.opened_at END
            """,
            new { name, state, reason, now = time.GetUtcNow().ToUnixTimeMilliseconds() }, transaction);
}
