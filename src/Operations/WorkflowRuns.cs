using Dapper;
using EventBus.Operations.Access;
using EventBus.Operations.Audit;
using EventBus.Storage;
using EventBus.Storage.Workflows;

namespace EventBus.Operations;

/// <summary>Runs of workflows: which there are, how one stands, and its end by an operator.</summary>
public sealed class WorkflowRuns(Database database, TimeProvider time)
{
    readonly AuditLog _audit = new(database, time);

    /// <summary>The newest first.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="before">The number of the last one of the page before; null for the first page.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<WorkflowRunSummary>> ListAsync(WorkflowRunFilter filter, long? before, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var parameters = new DynamicParameters(new { before = before ?? long.MaxValue, limit });
        List<string> conditions = ["id < @before"];
        foreach (var (column, value) in (ReadOnlySpan<(string, string?)>)[("workflow", filter.Workflow), ("status", filter.Status is { } s ? WorkflowTables.NameOf(s) : null), ("tenant", filter.Tenant), ("subject", filter.Subject)])
        {
            if (value is not null)
            {
                conditions.Add($"{column} = @{column}");
                parameters.Add(column, value);
            }
        }

        await using var connection = await database.ConnectAsync(cancellationToken);
        return [.. await connection.QueryAsync<WorkflowRunSummary>(new CommandDefinition(
            $"""
             SELECT id AS Number, key AS Run, workflow AS Workflow, status AS Status, tenant AS Tenant, started_at AS StartedAt, ended_at AS EndedAt
             FROM workflow_runs WHERE {string.Join(" AND ", conditions)} ORDER BY id DESC LIMIT @limit
             """,
            parameters, cancellationToken: cancellationToken))];
    }

    /// <summary>One run, with every step that was begun; null where there is none.</summary>
    public Task<WorkflowRun?> FindAsync(string run, CancellationToken cancellationToken = default) => WorkflowTables.FindAsync(database, run, cancellationToken);

    /// <summary>Ends a run: no step of it begins any more. What it has handed to be delivered is delivered all the same.</summary>
    /// <returns>The delivery that was under way, if any.</returns>
    /// <exception cref="OperationRefusedException">There is no reason, no such run, or it has ended.</exception>
    /// <exception cref="NotPermittedException">The actor may not.</exception>
    public async Task<RunDelivery?> CancelAsync(Actor actor, string run, string reason)
    {
        if (string.IsNullOrWhiteSpace(reason))
        {
            throw new OperationRefusedException("A reason is required, for example --reason 'the order was a test'.");
        }

        RunDelivery? sent = null;
        await _audit.ActAsync(actor, Permission.Operate, "workflows.cancel", run, reason, async transaction =>
        {
            var found = await WorkflowTables.ReadAsync(transaction, run) ?? throw new OperationRefusedException("There is no such run; eventbus workflows list shows them.");
            if (found.EndedAt is not null)
            {
                throw new OperationRefusedException($"The run is {WorkflowTables.NameOf(found.Status)} already; nothing of it is to come.");
            }

            await WorkflowTables.WriteAsync(transaction, found.Cancel(reason, time.GetUtcNow()), time.GetUtcNow());
            sent = found.Sent is null ? null : found.Sent with { State = await WorkflowTables.StateAsync(transaction, found.Sent) ?? DeliveryState.Waiting };
            return 1;
        });
        return sent;
    }
}
