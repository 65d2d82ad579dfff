using System.Data.Common;
using System.Text.Json;
using Dapper;

namespace EventBus.Storage.Workflows;

/// <summary>The runs of workflows in the storage: the record, the row that it is found by, and its timer, written together.</summary>
public static class WorkflowTables
{
    /// <summary>The kind of the records of runs.</summary>
    public const string Kind = "workflow-run";

    /// <summary>The consumer that runs workflows, and delivers what they send.</summary>
    public const string Consumer = "workflows";

    const string Timer = "step";

    /// <summary>Reads a run, and keeps it from everybody else until the transaction ends.</summary>
    /// <returns>Null where there is none.</returns>
    public static async Task<WorkflowRun?> ReadAsync(DbTransaction transaction, string key)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        var state = await transaction.Connection!.QuerySingleOrDefaultAsync<string?>(
            "UPDATE records SET updated_at = updated_at WHERE kind = @Kind AND key = @key RETURNING state", new { Kind, key }, transaction);
        return state is null ? null : Parse(state);
    }

    /// <summary>A run, for who only looks.</summary>
    public static async Task<WorkflowRun?> FindAsync(Database database, string key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(database);
        await using var connection = await database.ConnectAsync(cancellationToken);
        var state = await connection.QuerySingleOrDefaultAsync<string?>(new CommandDefinition(
            "SELECT state FROM records WHERE kind = @Kind AND key = @key", new { Kind, key }, cancellationToken: cancellationToken));
        return state is null ? null : Parse(state);
    }

    /// <summary>Writes a run. Its record is there: whoever reacts has read it.</summary>
    public static async Task WriteAsync(DbTransaction transaction, WorkflowRun run, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(run);
        var connection = transaction.Connection!;
        await connection.ExecuteAsync(
            "UPDATE records SET state = @state, updated_at = @now WHERE kind = @Kind AND key = @Key",
            new { state = JsonSerializer.Serialize(run, WorkflowJson.Default.WorkflowRun), now = now.ToUnixTimeMilliseconds(), Kind, run.Key }, transaction);
        await connection.ExecuteAsync(
            """
            INSERT INTO workflow_runs (key, workflow, definition, status, tenant, source, subject, started_at, ended_at, sent_to, sent_key, sent_state)
            VALUES (@Key, @Workflow, @Definition, @status, @Tenant, @Source, @Subject, @started, @ended, @sentTo, @sentKey, @sentState)
            ON CONFLICT (key) DO UPDATE SET status = excluded.status, ended_at = excluded.ended_at, sent_to = excluded.sent_to, sent_key = excluded.sent_key, sent_state = excluded.sent_state
            """,
            new
            {
                run.Key, run.Workflow, run.Definition, status = NameOf(run.Status), run.Tenant, run.Source, run.Subject, started = run.StartedAt.ToUnixTimeMilliseconds(),
                ended = run.EndedAt?.ToUnixTimeMilliseconds(), sentTo = run.Sent?.Endpoint, sentKey = run.Sent?.EventKey, sentState = (int?)run.Sent?.State,
            },
            transaction);
        await (run.RingsAt is { } at
            ? connection.ExecuteAsync(
                "INSERT INTO timers (kind, key, name, due_at) VALUES (@Kind, @Key, @Timer, @due) ON CONFLICT (kind, key, name) DO UPDATE SET due_at = excluded.due_at",
                new { Kind, run.Key, Timer, due = at.ToUnixTimeMilliseconds() }, transaction)
            : connection.ExecuteAsync("DELETE FROM timers WHERE kind = @Kind AND key = @Key", new { Kind, run.Key }, transaction));
    }

    /// <summary>The runs of a subject that have not ended, with the source of what started each.</summary>
    public static async Task<IReadOnlyList<(string Key, string? Tenant, string Source)>> OpenAsync(DbTransaction transaction, string subject)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return [.. await transaction.Connection!.QueryAsync<(string, string?, string)>(
            "SELECT key, tenant, source FROM workflow_runs WHERE subject = @subject AND ended_at IS NULL ORDER BY key", new { subject }, transaction)];
    }

    /// <summary>The runs that do not know yet what became of their delivery; where there is none, since no endpoint took it, the state is null.</summary>
    /// <param name="database">The storage.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<IReadOnlyList<(string Key, string EventKey, int? State)>> DeliveredAsync(Database database, int limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(database);
        await using var connection = await database.ConnectAsync(cancellationToken);
        return [.. await connection.QueryAsync<(string, string, int?)>(new CommandDefinition(
            """
            SELECT r.key, r.sent_key, r.state FROM (
                SELECT id, key, sent_key, sent_state,
                    (SELECT d.state FROM deliveries d WHERE d.consumer = @Consumer AND d.endpoint = sent_to AND d.event_key = sent_key) AS state
                FROM workflow_runs WHERE sent_key IS NOT NULL) AS r
            WHERE r.state <> r.sent_state
                OR (r.state IS NULL AND EXISTS (SELECT 1 FROM deliveries o WHERE o.consumer = @Consumer AND o.endpoint = '' AND o.event_key = r.sent_key))
            ORDER BY r.id LIMIT @limit
            """,
            new { Consumer, limit }, cancellationToken: cancellationToken))];
    }

    /// <summary>What became of the delivery that a run waits for; null where it is not stored yet.</summary>
    public static async Task<DeliveryState?> StateAsync(DbTransaction transaction, RunDelivery sent)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(sent);
        return (DeliveryState?)await transaction.Connection!.QuerySingleOrDefaultAsync<int?>(
            "SELECT state FROM deliveries WHERE consumer = @Consumer AND endpoint = @Endpoint AND event_key = @EventKey", new { Consumer, sent.Endpoint, sent.EventKey }, transaction);
    }

    /// <summary>Whether events of a run's subject, in the order of its source, have come that are not handled yet, accepted up to a time.</summary>
    public static async Task<bool> HasUnhandledAsync(DbTransaction transaction, WorkflowRun run, DateTimeOffset until)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(run);
        return await transaction.Connection!.QuerySingleAsync<int>(
            "SELECT count(*) FROM (SELECT 1 FROM deliveries WHERE consumer = @Consumer AND endpoint = '' AND state = 0 AND subject_key = @subjectKey AND accepted_at <= @until LIMIT 1) waiting",
            new { Consumer, subjectKey = EventKey.Hash(run.Tenant, run.Source, run.Subject), until = until.ToUnixTimeMilliseconds() }, transaction) > 0;
    }

    /// <summary>Keeps a definition for the runs that begin with it.</summary>
    public static Task KeepDefinitionAsync(DbTransaction transaction, string hash, string workflow, string body, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return transaction.Connection!.ExecuteAsync(
            "INSERT INTO workflow_definitions (hash, workflow, body, used_at) VALUES (@hash, @workflow, @body, @now) ON CONFLICT (hash) DO UPDATE SET used_at = excluded.used_at",
            new { hash, workflow, body, now = now.ToUnixTimeMilliseconds() }, transaction);
    }

    /// <summary>A definition, JSON.</summary>
    public static Task<string> DefinitionAsync(DbTransaction transaction, string hash)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return transaction.Connection!.QuerySingleAsync<string>("SELECT body FROM workflow_definitions WHERE hash = @hash", new { hash }, transaction);
    }

    /// <summary>The definitions of runs that have not ended, with the workflow's name and how many they are.</summary>
    public static async Task<IReadOnlyList<(string Hash, string Workflow, long Runs)>> OpenDefinitionsAsync(Database database, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(database);
        await using var connection = await database.ConnectAsync(cancellationToken);
        return [.. await connection.QueryAsync<(string, string, long)>(new CommandDefinition(
            "SELECT definition, workflow, count(*) FROM workflow_runs WHERE ended_at IS NULL GROUP BY definition, workflow ORDER BY workflow", cancellationToken: cancellationToken))];
    }

    /// <summary>The name of a status in the storage and for operators.</summary>
    public static string NameOf(RunStatus status) => JsonNamingPolicy.CamelCase.ConvertName(status.ToString());

    static WorkflowRun Parse(string state) => JsonSerializer.Deserialize(state, WorkflowJson.Default.WorkflowRun)!;
}
