using System.Text.RegularExpressions;
using Dapper;
using EventBus.Operations.Audit;
using EventBus.Storage;

namespace EventBus.Operations.Access;

/// <summary>Publishers' keys in the storage. Gateways know them beside the keys in their settings, and see what changes within two seconds.</summary>
public sealed partial class PublisherKeys(Database database, TimeProvider time)
{
    /// <summary>How long the key before it counts where nobody says otherwise.</summary>
    public static readonly TimeSpan UsualOverlap = TimeSpan.FromDays(1);

    static readonly TimeSpan MaxOverlap = TimeSpan.FromDays(90);

    readonly AuditLog _audit = new(database, time);

    /// <summary>All of them by name, those that are revoked last.</summary>
    public async Task<IReadOnlyList<PublisherKey>> ListAsync(CancellationToken cancellationToken = default)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        return [.. await connection.QueryAsync<PublisherKey>(new CommandDefinition(
            """
            SELECT name AS Name, sources AS Sources, tenant AS Tenant, created_at AS CreatedAt, rotated_at AS RotatedAt, previous_until AS PreviousUntil, revoked_at AS RevokedAt, used_at AS UsedAt
            FROM keys ORDER BY CASE WHEN revoked_at IS NULL THEN 0 ELSE 1 END, name
            """,
            cancellationToken: cancellationToken))];
    }

    /// <summary>Makes a key.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="name">Whose key it is; 1 to 100 letters, digits and . _ - / : * @</param>
    /// <param name="sources">What it may send for, as in the settings of keys.</param>
    /// <param name="tenant">The clinic or instance that its events belong to.</param>
    /// <param name="existing">A key that exists already, a clinicApiKey for instance; null makes one.</param>
    /// <returns>The key, which is stored nowhere.</returns>
    /// <exception cref="OperationRefusedException">There is a key of this name, or a value will not do.</exception>
    /// <exception cref="NotPermittedException">The actor may not.</exception>
    public async Task<string> CreateAsync(Actor actor, string name, IReadOnlyList<string> sources, string? tenant, string? existing)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(sources);
        actor.Demand(Permission.Administer);
        if (sources.Count == 0 || sources.Append(name).Concat(tenant is null ? [] : [tenant]).Any(v => !Value().IsMatch(v)))
        {
            throw new OperationRefusedException("Name, sources and tenant are 1 to 100 letters, digits and . _ - / : * @ each, and there is one source at least.");
        }

        var key = existing ?? ApiKey.Create();
        if (await _audit.ActAsync(actor, Permission.Administer, "keys.create", name, $"for {string.Join(", ", sources)}{(tenant is null ? "" : $" of {tenant}")}", transaction => transaction.Connection!.ExecuteAsync(
            """
            INSERT INTO keys (name, hash, sources, tenant, created_at)
            SELECT @name, @hash, @sources, @tenant, @now WHERE NOT EXISTS (SELECT 1 FROM keys WHERE name = @name OR hash = @hash OR previous_hash = @hash)
            """,
            new { name, hash = ApiKey.Hash(key), sources = string.Join('\n', sources), tenant, now = Now }, transaction)) == 0)
        {
            throw new OperationRefusedException($"There is a key {name} already, or this very key stands at another name.");
        }

        return key;
    }

    /// <summary>Makes another key of the same name; the one before it counts for a while.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="name">Whose.</param>
    /// <param name="overlap">For how long, at most 90 days; zero ends it at once.</param>
    /// <returns>The key, which is stored nowhere.</returns>
    /// <exception cref="OperationRefusedException">There is no such key that counts, or the time is out of range.</exception>
    /// <exception cref="NotPermittedException">The actor may not.</exception>
    public async Task<string> RotateAsync(Actor actor, string name, TimeSpan overlap)
    {
        if (overlap < TimeSpan.Zero || overlap > MaxOverlap)
        {
            throw new OperationRefusedException($"The time for which both count is not between 0 and {MaxOverlap.TotalDays} days.");
        }

        var key = ApiKey.Create();
        await ChangeAsync(
            actor, "keys.rotate", name, $"both count for {overlap}", "previous_hash = hash, previous_until = @until, hash = @hash, rotated_at = @now",
            new { name, hash = ApiKey.Hash(key), until = Now + (long)overlap.TotalMilliseconds, now = Now });
        return key;
    }

    /// <summary>Lets a key, and the one before it, in no more.</summary>
    /// <exception cref="OperationRefusedException">There is no such key that counts.</exception>
    /// <exception cref="NotPermittedException">The actor may not.</exception>
    public Task RevokeAsync(Actor actor, string name, string? reason) => ChangeAsync(actor, "keys.revoke", name, reason, "revoked_at = @now, previous_until = 0", new { name, now = Now });

    long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    async Task ChangeAsync(Actor actor, string action, string name, string? reason, string set, object parameters)
    {
        if (await _audit.ActAsync(actor, Permission.Administer, action, name, reason, transaction =>
            transaction.Connection!.ExecuteAsync($"UPDATE keys SET {set} WHERE name = @name AND revoked_at IS NULL", parameters, transaction)) == 0)
        {
            throw new OperationRefusedException($"No key in the storage is called {name}, or it is revoked.");
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9._/:*@-]{1,100}\z", RegexOptions.None, 1000)]
    private static partial Regex Value();
}
