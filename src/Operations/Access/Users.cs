using System.Text.RegularExpressions;
using Dapper;
using EventBus.Operations.Audit;
using EventBus.Storage;
using Microsoft.AspNetCore.Identity;

namespace EventBus.Operations.Access;

/// <summary>The accounts of the Console.</summary>
public sealed partial class Users(Database database, TimeProvider time)
{
    /// <summary>The shortest password, in characters.</summary>
    public const int MinPassword = 12;

    const int MaxPassword = 200;

    static readonly PasswordHasher<User> Hasher = new();

    readonly AuditLog _audit = new(database, time);

    /// <summary>All of them, by name.</summary>
    public async Task<IReadOnlyList<User>> ListAsync(CancellationToken cancellationToken = default)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        return [.. await connection.QueryAsync<User>(new CommandDefinition(
            """
            SELECT name AS Name, role AS Role, payloads AS Payloads, disabled AS Disabled, locked_until AS LockedUntil, created_at AS CreatedAt,
                (SELECT max(used_at) FROM user_sessions s WHERE s.user_name = users.name) AS UsedAt
            FROM users ORDER BY name
            """,
            cancellationToken: cancellationToken))];
    }

    /// <summary>Makes an account.</summary>
    /// <exception cref="OperationRefusedException">There is one of this name, or name or password will not do.</exception>
    public async Task CreateAsync(Actor actor, string name, string password, Role role, bool payloads)
    {
        Check(name, password);
        var hash = Hash(password);
        if (await _audit.ActAsync(actor, Permission.Administer, "users.create", name, $"{Word(role)}{(payloads ? ", payloads" : "")}", transaction => transaction.Connection!.ExecuteAsync(
            "INSERT INTO users (name, password, role, payloads, created_at) VALUES (@name, @hash, @role, @payloads, @now) ON CONFLICT (name) DO NOTHING",
            new { name, hash, role = Word(role), payloads = payloads ? 1 : 0, now = Now }, transaction)) == 0)
        {
            throw new OperationRefusedException($"There is an account {name} already.");
        }
    }

    /// <summary>Gives an account another role.</summary>
    /// <exception cref="OperationRefusedException">There is no such account, or it is the last admin.</exception>
    public Task PermitAsync(Actor actor, string name, Role role, bool payloads) => ChangeAsync(
        actor, "users.permit", name, $"{Word(role)}{(payloads ? ", payloads" : "")}", "role = @role, payloads = @payloads", new { name, role = Word(role), payloads = payloads ? 1 : 0 });

    /// <summary>Lets an account sign in no more, and ends its sessions.</summary>
    /// <exception cref="OperationRefusedException">There is no such account, or it is the last admin.</exception>
    public Task DisableAsync(Actor actor, string name) => ChangeAsync(actor, "users.disable", name, null, "disabled = 1", new { name });

    /// <summary>Lets an account that was disabled or locked sign in again.</summary>
    /// <exception cref="OperationRefusedException">There is no such account.</exception>
    public Task EnableAsync(Actor actor, string name) => ChangeAsync(actor, "users.enable", name, null, "disabled = 0, failures = 0, locked_until = 0", new { name });

    /// <summary>Gives an account another password, and ends its sessions.</summary>
    /// <exception cref="OperationRefusedException">There is no such account, or the password will not do.</exception>
    public Task SetPasswordAsync(Actor actor, string name, string password)
    {
        Check(name, password);
        return ChangeAsync(actor, "users.password", name, null, "password = @hash, failures = 0, locked_until = 0", new { name, hash = Hash(password) });
    }

    internal static string Hash(string password) => Hasher.HashPassword(new User(), password);

    internal static bool Verify(string hash, string password) => Hasher.VerifyHashedPassword(new User(), hash, password) != PasswordVerificationResult.Failed;

    internal static string Word(Role role) => role.ToString().ToLowerInvariant();

    internal static void Check(string name, string password)
    {
        if (!AccountName().IsMatch(name))
        {
            throw new OperationRefusedException("A name is 1 to 60 letters, digits and . _ @ -");
        }

        if (password.Length is < MinPassword or > MaxPassword)
        {
            throw new OperationRefusedException($"A password has {MinPassword} to {MaxPassword} characters.");
        }
    }

    long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Whatever changes, sessions end, so that none goes on with what its account may no longer do.</summary>
    async Task ChangeAsync(Actor actor, string action, string name, string? detail, string set, object parameters)
    {
        if (await _audit.ActAsync(actor, Permission.Administer, action, name, detail, async transaction =>
        {
            var connection = transaction.Connection!;
            var changed = await connection.ExecuteAsync($"UPDATE users SET {set} WHERE name = @name", parameters, transaction);
            await connection.ExecuteAsync("DELETE FROM user_sessions WHERE user_name = @name", new { name }, transaction);
            return changed > 0 && await connection.QuerySingleAsync<long>("SELECT count(*) FROM users WHERE role = 'admin' AND disabled = 0", transaction: transaction) == 0
                ? throw new OperationRefusedException("This would leave no admin.")
                : changed;
        }) == 0)
        {
            throw new OperationRefusedException($"There is no account {name}.");
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9._@-]{1,60}\z", RegexOptions.None, 1000)]
    private static partial Regex AccountName();
}
