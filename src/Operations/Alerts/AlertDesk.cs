using Dapper;
using EventBus.Operations.Access;
using EventBus.Operations.Audit;
using EventBus.Storage;

namespace EventBus.Operations.Alerts;

/// <summary>What an operator sees of alerts, and does about them. Only an open alert is ever changed.</summary>
public sealed class AlertDesk(Database database, TimeProvider time)
{
    /// <summary>The longest time for which an alert is snoozed.</summary>
    public static readonly TimeSpan LongestSnooze = TimeSpan.FromDays(7);

    internal const string Columns = """
        id AS Id, cause AS Cause, kind AS Kind, severity AS Severity, text AS Text, since AS Since, raised_at AS RaisedAt, seen_at AS SeenAt, resolved_at AS ResolvedAt,
        acknowledged_by AS AcknowledgedBy, acknowledged_at AS AcknowledgedAt, snoozed_until AS SnoozedUntil,
        (SELECT n.channel || ': ' || n.error FROM alert_notifications n WHERE n.alert = alerts.id AND n.sent_at IS NULL AND n.error IS NOT NULL ORDER BY n.id LIMIT 1) AS Untold
        """;

    readonly AuditLog _audit = new(database, time);

    /// <summary>Those that are open: first those that nobody looks after, the critical before others, the newest before older ones.</summary>
    public async Task<IReadOnlyList<Alert>> OpenAsync(CancellationToken cancellationToken = default)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        return [.. (await connection.QueryAsync<Alert>(new CommandDefinition($"SELECT {Columns} FROM alerts WHERE resolved_at IS NULL", cancellationToken: cancellationToken)))
            .OrderByDescending(a => a.IsUnattended).ThenByDescending(a => a.Severity).ThenByDescending(a => a.Id)];
    }

    /// <summary>Those that were resolved, the newest first.</summary>
    /// <param name="before">The number of the last one of the page before; null for the first page.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<Alert>> ResolvedAsync(long? before, int limit, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        return [.. await connection.QueryAsync<Alert>(new CommandDefinition(
            $"SELECT {Columns} FROM alerts WHERE id < @before AND resolved_at IS NOT NULL ORDER BY id DESC LIMIT @limit", new { before = before ?? long.MaxValue, limit }, cancellationToken: cancellationToken))];
    }

    /// <summary>How many are open, and how many of those nobody looks after.</summary>
    public async Task<(long Open, long Unattended)> CountAsync(CancellationToken cancellationToken = default)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        return await connection.QuerySingleAsync<(long, long)>(new CommandDefinition(
            "SELECT count(*), count(CASE WHEN acknowledged_at IS NULL AND snoozed_until IS NULL THEN 1 END) FROM alerts WHERE resolved_at IS NULL", cancellationToken: cancellationToken));
    }

    /// <summary>Says that somebody looks after an open alert.</summary>
    /// <exception cref="NotPermittedException">The actor may not.</exception>
    /// <exception cref="OperationRefusedException">There is no such alert, it is resolved, or somebody looks after it.</exception>
    public async Task AcknowledgeAsync(Actor actor, long id)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (await _audit.ActAsync(actor, Permission.Operate, "alerts.acknowledge", $"{id}", null, transaction => transaction.Connection!.ExecuteAsync(
            $"UPDATE alerts SET acknowledged_by = @Name, acknowledged_at = {database.Now} WHERE id = @id AND resolved_at IS NULL AND acknowledged_at IS NULL", new { id, actor.Name }, transaction)) == 0)
        {
            throw new OperationRefusedException($"Alert {id} is resolved, or somebody looks after it already.");
        }
    }

    /// <summary>Puts an open alert off. If it is still open then, and nobody looks after it, it is told of again.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="id">The alert.</param>
    /// <param name="duration">For how long, 1 minute to <see cref="LongestSnooze"/>.</param>
    /// <exception cref="NotPermittedException">The actor may not.</exception>
    /// <exception cref="OperationRefusedException">There is no such alert, it is resolved, or the time is too short or too long.</exception>
    public async Task SnoozeAsync(Actor actor, long id, TimeSpan duration)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Demand(Permission.Operate);
        if (duration < TimeSpan.FromMinutes(1) || duration > LongestSnooze)
        {
            throw new OperationRefusedException("An alert is snoozed for 1 minute to 7 days.");
        }

        if (await _audit.ActAsync(actor, Permission.Operate, "alerts.snooze", $"{id} for {duration}", null, transaction => transaction.Connection!.ExecuteAsync(
            $"UPDATE alerts SET snoozed_until = {database.Now} + @ms WHERE id = @id AND resolved_at IS NULL", new { id, ms = (long)duration.TotalMilliseconds }, transaction)) == 0)
        {
            throw new OperationRefusedException($"Alert {id} is resolved, or there is none.");
        }
    }
}
