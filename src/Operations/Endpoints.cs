using Dapper;
using EventBus.Operations.Access;
using EventBus.Operations.Audit;
using EventBus.Operations.Overview;
using EventBus.Storage;

namespace EventBus.Operations;

/// <summary>How endpoints do.</summary>
public sealed class Endpoints(Database database, TimeProvider time)
{
    static readonly Dictionary<string, string> Actions = new(StringComparer.Ordinal)
    {
        [EndpointState.Paused] = "endpoints.pause", [EndpointState.Draining] = "endpoints.drain", [EndpointState.Disabled] = "endpoints.disable", [EndpointState.Enabled] = "endpoints.resume",
    };

    readonly AuditLog _audit = new(database, time);

    /// <summary>Pauses, drains, disables or resumes an endpoint; whoever delivers to it sees it within two seconds.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="name">The endpoint.</param>
    /// <param name="state">One of <see cref="EndpointState"/>'s.</param>
    /// <param name="reason">Why; kept with the endpoint while it is not enabled.</param>
    /// <exception cref="NotPermittedException">The actor may not.</exception>
    /// <exception cref="OperationRefusedException">No consumer delivers to such an endpoint.</exception>
    public Task SetStateAsync(Actor actor, string name, string state, string? reason) => _audit.ActAsync(
        actor, Permission.Operate, Actions.GetValueOrDefault(state) ?? throw new OperationRefusedException("There is no such state."), name, reason, async transaction =>
        {
            if (await transaction.Connection!.QuerySingleAsync<long>("SELECT (SELECT count(*) FROM consumers WHERE endpoint = @name) + (SELECT count(*) FROM endpoint_settings WHERE name = @name)", new { name }, transaction) == 0)
            {
                throw new OperationRefusedException($"No consumer delivers to an endpoint {name}; eventbus endpoints list shows them.");
            }

            return await new EndpointControl(database, time).SetAsync(transaction, name, state, state == EndpointState.Enabled ? null : reason);
        });

    /// <summary>Sends an event of no meaning to an endpoint once.</summary>
    /// <returns>Whether the endpoint took it, and what came of it in words.</returns>
    /// <exception cref="NotPermittedException">The actor may not.</exception>
    public async Task<(bool Taken, string Result)> TestAsync(Actor actor, string name, IEndpointTester tester, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tester);
        await _audit.ActAsync(actor, Permission.Operate, "endpoints.test", name, null, _ => Task.FromResult(1));
        return await tester.TestAsync(name, cancellationToken);
    }

    /// <summary>The last attempts of the last hour, the newest first.</summary>
    /// <param name="name">Those at one endpoint; null for all endpoints.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<EndpointAttempt>> AttemptsAsync(string? name, int limit, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        return [.. await connection.QueryAsync<EndpointAttempt>(new CommandDefinition(
            $"""
             SELECT a.id AS Id, d.endpoint AS Endpoint, d.event_key AS EventKey, d.event_id AS EventId, d.type AS Type, coalesce(a.response_head, '') <> '' AS HasAnswer, a.number AS Number, a.started_at AS StartedAt, a.duration_ms AS DurationMs, a.status AS Status, a.error AS Error
             FROM attempts a JOIN deliveries d ON d.id = a.delivery
             WHERE a.started_at >= @from AND {(name is null ? "d.endpoint <> ''" : "d.endpoint = @name")} ORDER BY a.started_at DESC, a.id DESC LIMIT @limit
             """,
            new { name, limit, from = time.GetUtcNow().AddHours(-1).ToUnixTimeMilliseconds() }, cancellationToken: cancellationToken))];
    }

    /// <summary>Every endpoint that a consumer delivers to, or will in a moment, by name.</summary>
    public async Task<IReadOnlyList<EndpointSummary>> ListAsync(CancellationToken cancellationToken = default)
    {
        var backlogs = (await Backlog.ReadAsync(database, cancellationToken)).ToDictionary(b => (b.Consumer, b.Endpoint));
        await using var connection = await database.ConnectAsync(cancellationToken);
        var endpoints = await connection.QueryAsync<EndpointSummary>(new CommandDefinition(
            """
            SELECT c.endpoint AS Name, c.name AS Consumer, coalesce(e.state, 'enabled') AS State, e.reason AS Reason, e.failing_since AS FailingSince, e.opened_at AS OpenedAt, e.probe_at AS ProbeAt
            FROM (SELECT name, endpoint FROM consumers WHERE endpoint <> ''
                UNION SELECT '', name FROM endpoint_settings WHERE name NOT IN (SELECT endpoint FROM consumers)) AS c
            LEFT JOIN endpoints e ON e.name = c.endpoint ORDER BY c.endpoint, c.name
            """,
            cancellationToken: cancellationToken));
        return [.. endpoints.Select(e => backlogs.GetValueOrDefault((e.Consumer, e.Name)) is { } b ? e.With(b) : e)];
    }
}

/// <summary>How an endpoint does. Times are milliseconds since 1970-01-01 UTC.</summary>
public sealed class EndpointSummary
{
    /// <summary>Its name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Who delivers to it; empty where it was added a moment ago.</summary>
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
    public long Waiting { get; private set; }

    /// <summary>Since when the oldest of them does.</summary>
    public long? Oldest { get; private set; }

    /// <summary>Dead letters that wait for a decision.</summary>
    public long Dead { get; private set; }

    internal EndpointSummary With(Backlog backlog)
    {
        (Waiting, Oldest, Dead) = (backlog.Waiting, backlog.Oldest, backlog.Dead);
        return this;
    }
}

/// <summary>An attempt at an endpoint.</summary>
public sealed class EndpointAttempt
{
    /// <summary>What it is known by.</summary>
    public long Id { get; init; }

    /// <summary>The endpoint.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>What the event is known by at consumers.</summary>
    public string EventKey { get; init; } = "";

    /// <summary>The event's id.</summary>
    public string EventId { get; init; } = "";

    /// <summary>Whether the beginning of the answer is kept. It may be about a patient, and is shown by <see cref="Reveals"/> only.</summary>
    public bool HasAnswer { get; init; }

    /// <summary>The event's type.</summary>
    public string Type { get; init; } = "";

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
}
