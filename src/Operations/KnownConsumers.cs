using Dapper;
using EventBus.Contracts;
using EventBus.Operations.Access;
using EventBus.Operations.Audit;
using EventBus.Storage;

namespace EventBus.Operations;

/// <summary>Which consumers have said what they ask for.</summary>
public sealed class KnownConsumers(Database database, TimeProvider time)
{
    readonly AuditLog _audit = new(database, time);

    /// <summary>Every consumer and each of its endpoints, by name.</summary>
    public async Task<IReadOnlyList<ConsumerSummary>> ListAsync(CancellationToken cancellationToken = default)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        return [.. await connection.QueryAsync<ConsumerSummary>(new CommandDefinition(
            $"""
             SELECT c.name AS Name, c.endpoint AS Endpoint, c.patterns AS Patterns, c.since AS Since, c.responds AS Responds, c.tenant AS Tenant, c.partitions AS Partitions,
                 EXISTS (SELECT 1 FROM lanes l WHERE {LaneNames.AreOf("c.name", "l.name")} AND l.owner IS NOT NULL AND l.expires_at > {database.Now}) AS IsAtWork
             FROM consumers c ORDER BY c.name, c.endpoint
             """,
            cancellationToken: cancellationToken))];
    }

    /// <summary>
    /// Forgets a consumer, or one of its endpoints, that is gone for good: the gateway no longer asks it before it answers, and the ledger no longer counts what it would
    /// have to get. What it has done stays.
    /// </summary>
    /// <param name="actor">Who.</param>
    /// <param name="name">The consumer.</param>
    /// <param name="endpoint">The endpoint; null: the consumer with all of its endpoints.</param>
    /// <exception cref="NotPermittedException">The actor may not.</exception>
    /// <exception cref="OperationRefusedException">There is none of that name, or the consumer is at work.</exception>
    public async Task ForgetAsync(Actor actor, string name, string? endpoint = null)
    {
        var known = (await ListAsync()).Where(c => c.Name == name && (endpoint is null || c.Endpoint == endpoint)).ToList();
        if (known.Count == 0)
        {
            throw new OperationRefusedException(endpoint is null ? $"There is no consumer {name}; eventbus consumers list shows them." : $"{name} has no endpoint {endpoint}; eventbus consumers list shows them.");
        }

        if (endpoint is null && known.Exists(c => c.IsAtWork))
        {
            throw new OperationRefusedException($"{name} is at work, and would be known again with its next start. Stop it first, and wait half a minute.");
        }

        await _audit.ActAsync(actor, Permission.Operate, "consumers.forget", endpoint is null ? name : $"{name}/{endpoint}", null, transaction => transaction.Connection!.ExecuteAsync(
            $"DELETE FROM consumers WHERE name = @name{(endpoint is null ? "" : " AND endpoint = @endpoint")}", new { name, endpoint }, transaction));
    }
}

/// <summary>What a consumer, or one of its endpoints, asks for.</summary>
public sealed class ConsumerSummary
{
    IReadOnlyList<TypePattern>? _asked;

    /// <summary>The consumer.</summary>
    public string Name { get; init; } = "";

    /// <summary>The endpoint; empty for the consumer itself.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>What it asks for, a pattern a line.</summary>
    public string Patterns { get; init; } = "";

    /// <summary>Since when, in milliseconds since 1970-01-01 UTC.</summary>
    public long Since { get; init; }

    /// <summary>0: it is not asked before senders are answered; 1: it judges; 2: its answer decides.</summary>
    public int Responds { get; init; }

    /// <summary>The tenant that an endpoint is for; null: every one.</summary>
    public string? Tenant { get; init; }

    /// <summary>Queues that the consumer has declared on the broker; 0 where it has not said so, and for endpoints.</summary>
    public int Partitions { get; init; }

    /// <summary>Whether a process of the consumer is at work.</summary>
    public bool IsAtWork { get; init; }

    /// <summary>The endpoint's name, or the consumer's where it is the consumer itself.</summary>
    public string Target => Endpoint.Length > 0 ? Endpoint : Name;

    /// <summary>Whether it asks for a type.</summary>
    public bool Asks(string type) => (_asked ??= AskedPatterns.Read(Patterns)).Any(p => p.Matches(type));
}
