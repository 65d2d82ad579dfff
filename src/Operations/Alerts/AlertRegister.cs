using System.Data.Common;
using Dapper;
using EventBus.Storage;

namespace EventBus.Operations.Alerts;

/// <summary>
/// Raises an alert when its cause is there, and resolves it when the cause has been gone for a while. Each is one conditional write, so of several hosts that watch one
/// database exactly one does it; who is to be told is written in the same transaction.
/// </summary>
/// <param name="database">The database.</param>
/// <param name="steady">How long a cause has to be gone.</param>
/// <param name="channels">Who is told.</param>
sealed class AlertRegister(Database database, TimeSpan steady, IReadOnlyList<string> channels)
{
    public const string Raised = "raised";
    public const string Reminded = "reminded";
    public const string Resolved = "resolved";

    /// <summary>The causes that have an open alert.</summary>
    public static async Task<HashSet<string>> OpenAsync(DbConnection connection) =>
        (await connection.QueryAsync<string>("SELECT cause FROM alerts WHERE resolved_at IS NULL")).ToHashSet(StringComparer.Ordinal);

    /// <summary>Brings the alerts to what is wrong now.</summary>
    /// <param name="causes">What is wrong.</param>
    /// <param name="keys">The causes that are there, and those that had an open alert before.</param>
    /// <param name="now">When both were read, by the database's clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What this host has raised and resolved.</returns>
    public Task<IReadOnlyList<Change>> ApplyAsync(IReadOnlyList<Cause> causes, IReadOnlySet<string> keys, long now, CancellationToken cancellationToken) => database.TransactAsync(
        async transaction =>
        {
            var changes = new List<Change>();
            var there = causes.ToDictionary(c => c.Key, StringComparer.Ordinal);

            // In one order everywhere, so that two hosts never wait for each other.
            foreach (var key in keys.Order(StringComparer.Ordinal))
            {
                if (await (there.TryGetValue(key, out var cause) ? SeeAsync(transaction, cause, now) : ResolveAsync(transaction, key, now)) is { } change)
                {
                    changes.Add(change);
                }
            }

            return (IReadOnlyList<Change>)changes;
        },
        cancellationToken);

    async Task<Change?> SeeAsync(DbTransaction transaction, Cause cause, long now)
    {
        var connection = transaction.Connection!;
        var values = new { cause = cause.Key, kind = cause.Kind.Name, severity = Word(cause.Kind.Severity), text = cause.Text, since = cause.Since ?? now, now };
        if (await connection.ExecuteAsync(
            "UPDATE alerts SET text = @text, seen_at = CASE WHEN seen_at > @now THEN seen_at ELSE @now END WHERE cause = @cause AND resolved_at IS NULL", values, transaction) > 0)
        {
            await RemindAsync(transaction, values.cause, now);
            return null;
        }

        // Who read the cause before another host resolved it does not raise it again.
        var raised = await connection.QuerySingleOrDefaultAsync<long?>(
            """
            INSERT INTO alerts (cause, kind, severity, text, since, raised_at, seen_at)
            SELECT @cause, @kind, @severity, @text, CAST(@since AS BIGINT), CAST(@now AS BIGINT), CAST(@now AS BIGINT)
            WHERE NOT EXISTS (SELECT 1 FROM alerts a WHERE a.cause = @cause AND a.resolved_at >= @now)
            ON CONFLICT (cause) WHERE resolved_at IS NULL DO NOTHING RETURNING id
            """,
            values, transaction);
        if (raised is not { } id)
        {
            return null;
        }

        await TellAsync(transaction, id, Raised, now);
        return new Change(id, values.cause, Raised, cause.Kind.Severity, cause.Text);
    }

    async Task RemindAsync(DbTransaction transaction, string cause, long now)
    {
        var reminded = await transaction.Connection!.QueryAsync<(long Id, long? AcknowledgedAt)>(
            "UPDATE alerts SET snoozed_until = NULL WHERE cause = @cause AND resolved_at IS NULL AND snoozed_until <= @now RETURNING id, acknowledged_at", new { cause, now }, transaction);
        foreach (var (id, _) in reminded.Where(r => r.AcknowledgedAt is null))
        {
            await TellAsync(transaction, id, Reminded, now);
        }
    }

    async Task<Change?> ResolveAsync(DbTransaction transaction, string cause, long now)
    {
        var resolved = (await transaction.Connection!.QueryAsync<(long Id, string Severity, string Text)>(
            "UPDATE alerts SET resolved_at = @now, snoozed_until = NULL WHERE cause = @cause AND resolved_at IS NULL AND seen_at <= @gone RETURNING id, severity, text",
            new { cause, now, gone = now - (long)steady.TotalMilliseconds }, transaction)).AsList();
        if (resolved is not [var (id, severity, text)])
        {
            return null;
        }

        await TellAsync(transaction, id, Resolved, now);
        return new Change(id, cause, Resolved, Enum.Parse<AlertSeverity>(severity, ignoreCase: true), text);
    }

    async Task TellAsync(DbTransaction transaction, long alert, string transition, long now)
    {
        foreach (var channel in channels)
        {
            await transaction.Connection!.ExecuteAsync(
                "INSERT INTO alert_notifications (alert, transition, channel, due_at) VALUES (@alert, @transition, @channel, @now)", new { alert, transition, channel, now }, transaction);
        }
    }

    public static string Word(AlertSeverity severity) => severity.ToString().ToLowerInvariant();

    /// <summary>What became of an alert.</summary>
    public sealed record Change(long Id, string Cause, string Transition, AlertSeverity Severity, string Text);
}
