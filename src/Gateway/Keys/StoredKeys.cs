using System.Collections.Concurrent;
using Dapper;
using EventBus.Storage;

namespace EventBus.Gateway.Keys;

/// <summary>
/// What the storage says of keys, read every two seconds, so that a key that is revoked is refused within these. While the storage does not answer, what it said last
/// holds. When a key was used is written once a minute.
/// </summary>
sealed class StoredKeys(Database database, TimeProvider time)
{
    const long UseInterval = 60_000;

    readonly ConcurrentDictionary<string, long> _uses = new(StringComparer.Ordinal);
    volatile Known _known = new(new Dictionary<string, (Caller, long)>(StringComparer.Ordinal), false);

    /// <summary>Whether there is none, nor ever was.</summary>
    public bool AreNone => !_known.Any;

    /// <summary>The caller whose key has this hash and counts now; null where there is none.</summary>
    public Caller? Find(string hash)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (!_known.Callers.TryGetValue(hash, out var found) || found.Until <= now)
        {
            return null;
        }

        _uses[found.Caller.Name] = now;
        return found.Caller;
    }

    /// <summary>Reads them.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        var rows = (await connection.QueryAsync<Row>(new CommandDefinition(
            "SELECT name AS Name, hash AS Hash, previous_hash AS PreviousHash, previous_until AS PreviousUntil, sources AS Sources, tenant AS Tenant, revoked_at AS RevokedAt FROM keys",
            cancellationToken: cancellationToken))).AsList();
        var callers = new Dictionary<string, (Caller, long)>(StringComparer.Ordinal);
        foreach (var row in rows.Where(r => r.RevokedAt is null))
        {
            var caller = new Caller(row.Name, row.Sources.Split('\n'), row.Tenant);
            callers[row.Hash] = (caller, long.MaxValue);
            if (row.PreviousHash is not null)
            {
                callers.TryAdd(row.PreviousHash, (caller, row.PreviousUntil));
            }
        }

        _known = new Known(callers, rows.Count > 0);
    }

    /// <summary>Writes when keys were used, each at most once a minute, whichever gateway it was.</summary>
    public async Task WriteUsesAsync(CancellationToken cancellationToken)
    {
        var uses = _uses.ToArray();
        if (uses.Length == 0)
        {
            return;
        }

        await database.TransactAsync(
            async transaction =>
            {
                foreach (var (name, at) in uses)
                {
                    await transaction.Connection!.ExecuteAsync(
                        "UPDATE keys SET used_at = @at WHERE name = @name AND (used_at IS NULL OR used_at <= @before)", new { name, at, before = at - UseInterval }, transaction);
                }
            },
            cancellationToken);

        // What was used again meanwhile stays.
        foreach (var use in uses)
        {
            _uses.TryRemove(use);
        }
    }

    sealed record Known(IReadOnlyDictionary<string, (Caller Caller, long Until)> Callers, bool Any);

    sealed class Row
    {
        public string Name { get; init; } = "";

        public string Hash { get; init; } = "";

        public string? PreviousHash { get; init; }

        public long PreviousUntil { get; init; }

        public string Sources { get; init; } = "";

        public string? Tenant { get; init; }

        public long? RevokedAt { get; init; }
    }
}
