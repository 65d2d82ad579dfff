using System.Data.Common;
using System.Text.Json;
using Dapper;
using EventBus.Contracts;
using EventBus.Operations.Access;
using EventBus.Operations.Audit;
using EventBus.Storage;

namespace EventBus.Operations;

/// <summary>What an operator sees of dead letters, and does about them. Only a dead letter in the state dead is ever changed, so two operators cannot do the same twice.</summary>
public sealed class DeadLetterDesk(Database database, TimeProvider time)
{
    readonly AuditLog _audit = new(database, time);

    const string Columns = """
        delivery AS Delivery, consumer AS Consumer, endpoint AS Endpoint, event_id AS EventId, event_key AS EventKey, type AS Type, cause AS Cause, exception AS Exception, frame AS Frame,
        cause_group AS CauseGroup, attempts AS Attempts, died_at AS DiedAt, state AS State, reason AS Reason, CASE WHEN edited IS NULL THEN 0 ELSE 1 END AS Edited,
        (SELECT d.state FROM deliveries d WHERE d.id = dead_letters.delivery) AS Outcome
        """;

    /// <summary>The newest first.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="before">The delivery of the last one of the page before; null for the first page.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<DeadLetter>> ListAsync(DeadLetterFilter filter, long? before, int limit, CancellationToken cancellationToken = default)
    {
        var parameters = new DynamicParameters(new { before = before ?? long.MaxValue, limit });
        await using var connection = await database.ConnectAsync(cancellationToken);
        return [.. await connection.QueryAsync<DeadLetter>(new CommandDefinition(
            $"SELECT {Columns} FROM dead_letters WHERE delivery < @before AND {Where(filter, parameters)} ORDER BY delivery DESC LIMIT @limit",
            parameters, cancellationToken: cancellationToken))];
    }

    /// <summary>How many.</summary>
    public async Task<long> CountAsync(DeadLetterFilter filter, CancellationToken cancellationToken = default)
    {
        var parameters = new DynamicParameters();
        await using var connection = await database.ConnectAsync(cancellationToken);
        return await connection.QuerySingleAsync<long>(new CommandDefinition($"SELECT count(*) FROM dead_letters WHERE {Where(filter, parameters)}", parameters, cancellationToken: cancellationToken));
    }

    /// <summary>How many of a group are in each state.</summary>
    public async Task<IReadOnlyDictionary<string, long>> StatesAsync(string causeGroup, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        return (await connection.QueryAsync<(string State, long Count)>(new CommandDefinition(
            "SELECT state, count(*) FROM dead_letters WHERE cause_group = @causeGroup GROUP BY state", new { causeGroup }, cancellationToken: cancellationToken)))
            .ToDictionary(r => r.State, r => r.Count, StringComparer.Ordinal);
    }

    /// <summary>Those that are dead, by cause, the largest group first.</summary>
    public async Task<IReadOnlyList<DeadLetterGroup>> GroupsAsync(CancellationToken cancellationToken = default)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        return [.. await connection.QueryAsync<DeadLetterGroup>(new CommandDefinition(
            $"""
             SELECT g.*, {FailureMarks.Columns} FROM (
                 SELECT cause_group AS CauseGroup, min(consumer) AS Consumer, min(endpoint) AS Endpoint, min(cause) AS Cause, count(*) AS Count, max(died_at) AS LastDiedAt, min(died_at) AS FirstDiedAt,
                     min(type) AS FirstType, count(DISTINCT type) AS Types, max(exception) AS Exception, max(frame) AS Frame
                 FROM dead_letters WHERE state = 'dead' GROUP BY cause_group) g
             LEFT JOIN failure_marks m ON m.cause_group = g.CauseGroup ORDER BY g.Count DESC, g.CauseGroup
             """,
            cancellationToken: cancellationToken))];
    }

    /// <summary>What a retry would send, for who may see it; that it is shown is noted first.</summary>
    /// <returns>Null where there is no such dead letter.</returns>
    /// <exception cref="NotPermittedException">The actor may not see payloads.</exception>
    /// <exception cref="OperationRefusedException">There is no reason.</exception>
    public async Task<byte[]?> RevealAsync(Actor actor, long delivery, string reason, CancellationToken cancellationToken = default)
    {
        Reveals.DemandReason(reason);
        await _audit.ActAsync(actor, Permission.Payloads, "dead.reveal", $"{delivery}", reason, async transaction =>
            await transaction.Connection!.QuerySingleAsync<int>("SELECT count(*) FROM dead_letters WHERE delivery = @delivery", new { delivery }, transaction));
        return await PayloadAsync(delivery, cancellationToken);
    }

    /// <summary>What a retry would send. Who shows it to somebody sees to it that they may see it.</summary>
    internal async Task<byte[]?> PayloadAsync(long delivery, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<byte[]>(new CommandDefinition(
            "SELECT coalesce(edited, original) FROM dead_letters WHERE delivery = @delivery", new { delivery }, cancellationToken: cancellationToken));
    }

    /// <summary>Asks for another try of those that are dead; their lanes take them, behind the later events of their subjects. What is no event cannot be tried.</summary>
    /// <returns>How many.</returns>
    /// <exception cref="NotPermittedException">The actor may not.</exception>
    public Task<int> RetryAsync(Actor actor, DeadLetterFilter filter) => _audit.ActAsync(actor, Permission.Operate, "dead.retry", Describe(filter), null, transaction =>
    {
        var parameters = new DynamicParameters();
        return transaction.Connection!.ExecuteAsync($"UPDATE dead_letters SET state = 'retry' WHERE state = 'dead' AND event_id <> '' AND {Where(filter, parameters)}", parameters, transaction);
    });

    /// <summary>Asks for another try of one with another body; what came is kept.</summary>
    /// <exception cref="OperationRefusedException">It is not dead, or the body is not the same event.</exception>
    /// <exception cref="NotPermittedException">The actor may not change events, or not see payloads.</exception>
    public Task EditAndRetryAsync(Actor actor, long delivery, byte[] body)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Demand(Permission.Payloads);
        return _audit.ActAsync(actor, Permission.Operate, "dead.edit", $"{delivery}", null, transaction => EditAndRetryAsync(transaction, delivery, body));
    }

    /// <summary>What is wrong with another body; null where nothing is.</summary>
    /// <param name="original">What came.</param>
    /// <param name="body">What is to be sent instead.</param>
    public static string? Refusal(byte[] original, byte[] body)
    {
        try
        {
            Check(original, body);
            return null;
        }
        catch (OperationRefusedException e)
        {
            return e.Message;
        }
    }

    static async Task<int> EditAndRetryAsync(DbTransaction transaction, long delivery, byte[] body)
    {
        var original = await transaction.Connection!.QuerySingleOrDefaultAsync<byte[]>(
            "SELECT original FROM dead_letters WHERE delivery = @delivery AND state = 'dead'", new { delivery }, transaction)
            ?? throw new OperationRefusedException($"There is no dead letter {delivery} that waits for a decision.");
        Check(original, body);
        if (await transaction.Connection!.ExecuteAsync(
            "UPDATE dead_letters SET edited = @body, state = 'retry' WHERE delivery = @delivery AND state = 'dead'", new { delivery, body }, transaction) == 0)
        {
            throw new OperationRefusedException($"Somebody else has decided on dead letter {delivery} in the meantime.");
        }

        return 1;
    }

    /// <summary>Gives those that are dead up.</summary>
    /// <returns>How many.</returns>
    /// <exception cref="OperationRefusedException">There is no reason.</exception>
    /// <exception cref="NotPermittedException">The actor may not.</exception>
    public Task<int> DiscardAsync(Actor actor, DeadLetterFilter filter, string reason)
    {
        if (string.IsNullOrWhiteSpace(reason))
        {
            throw new OperationRefusedException("A reason is required, for example --reason 'test data'.");
        }

        return _audit.ActAsync(actor, Permission.Operate, "dead.discard", Describe(filter), reason, async transaction =>
        {
            var parameters = new DynamicParameters(new { reason });
            var discarded = (await transaction.Connection!.QueryAsync<long>(
                $"UPDATE dead_letters SET state = 'discarded', reason = @reason WHERE state = 'dead' AND {Where(filter, parameters)} RETURNING delivery", parameters, transaction)).AsList();
            foreach (var delivery in discarded)
            {
                await transaction.Connection!.ExecuteAsync(
                    "UPDATE deliveries SET state = @to WHERE id = @delivery AND state = @from",
                    new { delivery, from = (int)DeliveryState.Dead, to = (int)DeliveryState.Discarded }, transaction);
            }

            return discarded.Count;
        });
    }

    static void Check(byte[] original, byte[] body)
    {
        var (before, after) = (Parse(original, "What came is no CloudEvent, so it cannot be edited; discard it."), Parse(body, "The new body is no CloudEvent."));
        if (EventKey.Of(before) != EventKey.Of(after) || before.Acceptance != after.Acceptance || before.Type != after.Type || before.Subject != after.Subject)
        {
            throw new OperationRefusedException("The new body is another event: id, source, type, subject, tenant and what the gateway stamped, or where none did the time, must stay as they are.");
        }
    }

    static string Describe(DeadLetterFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var parts = ((ReadOnlySpan<(string, string?)>)[("delivery", filter.Delivery?.ToString()), ("group", filter.CauseGroup), ("consumer", filter.Consumer), ("endpoint", filter.Endpoint), ("selected", filter.Deliveries?.Count.ToString())]).ToArray()
            .Where(p => p.Item2 is not null).Select(p => $"{p.Item1} {p.Item2}").DefaultIfEmpty("all");
        return string.Join(", ", parts);
    }

    static CloudEvent Parse(byte[] body, string refusal)
    {
        try
        {
            return EventJson.Parse(body);
        }
        catch (JsonException)
        {
            // The exception's text may quote what was read.
            throw new OperationRefusedException(refusal);
        }
    }

    static string Where(DeadLetterFilter filter, DynamicParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(filter);
        List<string> conditions = ["1 = 1"];
        foreach (var (column, value) in (ReadOnlySpan<(string, object?)>)[("delivery", filter.Delivery), ("cause_group", filter.CauseGroup), ("consumer", filter.Consumer), ("endpoint", filter.Endpoint), ("state", filter.State)])
        {
            if (value is not null)
            {
                conditions.Add($"{column} = @{column}");
                parameters.Add(column, value);
            }
        }

        if (filter.Deliveries is { } some)
        {
            conditions.Add(some.Count == 0 ? "1 = 0" : $"delivery IN ({string.Join(", ", some)})");
        }

        return string.Join(" AND ", conditions);
    }
}
