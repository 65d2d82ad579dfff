using System.Data.Common;
using Dapper;
using EventBus.Operations.Access;
using EventBus.Storage;

namespace EventBus.Operations.Audit;

/// <summary>The one door to everything that an operator does: it asks for the permission, and writes who did it in the transaction in which it is done.</summary>
public sealed class AuditLog(Database database, TimeProvider time)
{
    /// <summary>The longest reason, in characters.</summary>
    public const int MaxReason = 500;

    const string Columns = """
        number AS Number, at AS At, actor AS Actor, face AS Face, action AS Action, target AS Target, count AS Count, reason AS Reason, previous AS Previous, hash AS Hash
        """;

    /// <summary>Does something, and notes it; what touched nothing leaves no entry.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="permission">What it takes.</param>
    /// <param name="action">What.</param>
    /// <param name="target">To what. Not a subject.</param>
    /// <param name="reason">Why.</param>
    /// <param name="work">Does it, and returns how many it touched.</param>
    /// <returns>How many.</returns>
    /// <exception cref="NotPermittedException">The actor may not.</exception>
    /// <exception cref="OperationRefusedException">The reason is too long.</exception>
    internal async Task<int> ActAsync(Actor actor, Permission permission, string action, string target, string? reason, Func<DbTransaction, Task<int>> work)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Demand(permission);
        if (reason?.Length > MaxReason)
        {
            throw new OperationRefusedException($"The reason has more than {MaxReason} characters.");
        }

        return await database.TransactAsync(async transaction =>
        {
            var count = await work(transaction);
            if (count > 0)
            {
                await AddAsync(transaction, actor, action, target, count, reason);
            }

            return count;
        });
    }

    /// <summary>The newest first.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="before">The number of the last one of the page before; null for the first page.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<AuditEntry>> ListAsync(AuditFilter filter, long? before, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await using var connection = await database.ConnectAsync(cancellationToken);
        var prefix = filter.Action?.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal) + "%";
        List<string> conditions = ["number < @before"];
        conditions.AddRange(filter.Actor is null ? [] : ["actor = @Actor"]);
        conditions.AddRange(filter.Action is null ? [] : [@"action LIKE @prefix ESCAPE '\'"]);
        conditions.AddRange(filter.Target is null ? [] : ["target = @Target"]);
        return [.. await connection.QueryAsync<AuditEntry>(new CommandDefinition(
            $"SELECT {Columns} FROM audit WHERE {string.Join(" AND ", conditions)} ORDER BY number DESC LIMIT @limit",
            new { before = before ?? long.MaxValue, filter.Actor, prefix, filter.Target, limit }, cancellationToken: cancellationToken))];
    }

    /// <summary>Whether the chain is whole: every entry is there, is as it was written, and holds the hash of the one before.</summary>
    /// <returns>How many entries hold, and what is wrong with the next; null where all do.</returns>
    public async Task<(long Entries, string? Wrong)> VerifyAsync(CancellationToken cancellationToken = default)
    {
        const int Page = 1000;
        await using var connection = await database.ConnectAsync(cancellationToken);
        var (end, endHash) = await connection.QuerySingleAsync<(long, string)>("SELECT number, hash FROM audit_head WHERE id = 1");
        var (number, hash) = (0L, "");
        while (number < end)
        {
            var entries = (await connection.QueryAsync<AuditEntry>(new CommandDefinition(
                $"SELECT {Columns} FROM audit WHERE number > @number AND number <= @end ORDER BY number LIMIT {Page}", new { number, end }, cancellationToken: cancellationToken))).AsList();
            foreach (var entry in entries)
            {
                if (entry.Number != number + 1)
                {
                    break;
                }

                if (entry.Previous != hash || entry.Hash != entry.ComputeHash())
                {
                    return (number, $"Entry {entry.Number} is not as it was written.");
                }

                (number, hash) = (entry.Number, entry.Hash);
            }

            if (entries.Count == 0 || entries[^1].Number != number)
            {
                return (number, $"Entry {number + 1} is missing.");
            }
        }

        var more = await connection.QuerySingleAsync<long>(new CommandDefinition(
            "SELECT count(*) FROM audit WHERE number > (SELECT number FROM audit_head WHERE id = 1) OR number < 1", cancellationToken: cancellationToken));
        return (number, hash != endHash ? $"The chain does not end with entry {number} as it was written." : more > 0 ? $"There are {more} entries beyond the end of the chain." : null);
    }

    async Task AddAsync(DbTransaction transaction, Actor actor, string action, string target, long count, string? reason)
    {
        var connection = transaction.Connection!;

        // The row is the lock: whoever comes next reads the hash that is written here.
        var (number, previous) = await connection.QuerySingleAsync<(long, string)>(
            "UPDATE audit_head SET number = number + 1 WHERE id = 1 RETURNING number, hash", transaction: transaction);
        var entry = new AuditEntry
        {
            Number = number, At = time.GetUtcNow().ToUnixTimeMilliseconds(), Actor = actor.Name, Face = actor.Face, Action = action, Target = target, Count = count,
            Reason = string.IsNullOrWhiteSpace(reason) ? null : reason.Trim(), Previous = previous,
        };
        var hash = entry.ComputeHash();
        await connection.ExecuteAsync(
            """
            INSERT INTO audit (number, at, actor, face, action, target, count, reason, previous, hash)
            VALUES (@Number, @At, @Actor, @Face, @Action, @Target, @Count, @Reason, @Previous, @hash)
            """,
            new { entry.Number, entry.At, entry.Actor, entry.Face, entry.Action, entry.Target, entry.Count, entry.Reason, entry.Previous, hash }, transaction);
        await connection.ExecuteAsync("UPDATE audit_head SET hash = @hash WHERE id = 1", new { hash }, transaction);
    }
}
