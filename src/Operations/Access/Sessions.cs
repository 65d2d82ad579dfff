using System.Data.Common;
using Dapper;
using EventBus.Operations.Audit;
using EventBus.Storage;

namespace EventBus.Operations.Access;

/// <summary>Signs in and out. Wrong passwords lock an account for a while; sessions end by themselves.</summary>
public sealed class Sessions(Database database, TimeProvider time)
{
    /// <summary>After so many wrong passwords in a row an account is locked.</summary>
    public const int MaxFailures = 5;

    /// <summary>For so long.</summary>
    public static readonly TimeSpan Lock = TimeSpan.FromMinutes(15);

    /// <summary>A session that nobody uses ends after it.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromMinutes(30);

    /// <summary>Every session ends after it.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(12);

    /// <summary>How long a one-time link is good.</summary>
    public static readonly TimeSpan Invitation = TimeSpan.FromHours(1);

    const string Columns = "s.id AS Id, s.user_name AS UserName, s.created_at AS CreatedAt, s.used_at AS UsedAt, u.role AS Role, u.payloads AS Payloads";
    const string Living = "u.disabled = 0 AND s.created_at > @begun AND s.used_at > @used";

    /// <summary>Costs what a real one costs, so that time tells nobody which accounts there are.</summary>
    static readonly string NobodysPassword = Users.Hash(Secret.Create());

    readonly AuditLog _audit = new(database, time);

    /// <summary>Begins a session.</summary>
    /// <returns>What the cookie holds.</returns>
    /// <exception cref="OperationRefusedException">Name or password are wrong, or the account is locked or disabled; the message is the same.</exception>
    public async Task<string> SignInAsync(string name, string password)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(password);
        var secret = Secret.Create();
        Account? account;
        await using (var connection = await database.ConnectAsync())
        {
            account = await connection.QuerySingleOrDefaultAsync<Account>(
                "SELECT password AS Password FROM users WHERE name = @name AND disabled = 0 AND locked_until <= @now", new { name, now = Now });
        }

        // Slow by intent, so not in the transaction; it takes as long where there is no such account.
        var right = Users.Verify(account?.Password ?? NobodysPassword, password) && account is not null;
        var signedIn = account is not null && await database.TransactAsync(async transaction =>
        {
            var parameters = new { name, account.Password, now = Now, until = Now + (long)Lock.TotalMilliseconds, MaxFailures };
            if (!right)
            {
                await transaction.Connection!.ExecuteAsync(
                    """
                    UPDATE users SET locked_until = CASE WHEN failures + 1 >= @MaxFailures THEN @until ELSE locked_until END,
                        failures = CASE WHEN failures + 1 >= @MaxFailures THEN 0 ELSE failures + 1 END WHERE name = @name
                    """,
                    parameters, transaction);
                return false;
            }

            // Somebody else may have guessed too often, or changed it, in the meantime.
            if (await transaction.Connection!.ExecuteAsync(
                "UPDATE users SET failures = 0 WHERE name = @name AND password = @Password AND disabled = 0 AND locked_until <= @now", parameters, transaction) == 0)
            {
                return false;
            }

            await BeginAsync(transaction, secret, name);
            return true;
        });
        return signedIn ? secret : throw new OperationRefusedException($"Name or password are wrong. After {MaxFailures} wrong passwords an account is locked for {Lock.TotalMinutes} minutes.");
    }

    /// <summary>The session of a cookie; null where there is none any more.</summary>
    /// <param name="secret">What the cookie holds.</param>
    /// <param name="use">Whether somebody uses it now, rather than a page that refreshes itself.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Session?> FindAsync(string secret, bool use, CancellationToken cancellationToken = default)
    {
        // Written at most once a minute.
        const long Step = 60_000;
        Session? session;
        await using (var connection = await database.ConnectAsync(cancellationToken))
        {
            session = await connection.QuerySingleOrDefaultAsync<Session>(new CommandDefinition(
                $"SELECT {Columns} FROM user_sessions s JOIN users u ON u.name = s.user_name WHERE s.id = @id AND {Living}", Alive(Secret.Hash(secret)), cancellationToken: cancellationToken));
        }

        if (session is not null && use && session.UsedAt < Now - Step)
        {
            await database.TransactAsync(transaction => transaction.Connection!.ExecuteAsync(
                "UPDATE user_sessions SET used_at = @now WHERE id = @Id", new { session.Id, now = Now }, transaction), cancellationToken);
        }

        return session;
    }

    /// <summary>The sessions that have not ended, the newest first.</summary>
    public async Task<IReadOnlyList<Session>> ListAsync(CancellationToken cancellationToken = default)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        return [.. await connection.QueryAsync<Session>(new CommandDefinition(
            $"SELECT {Columns} FROM user_sessions s JOIN users u ON u.name = s.user_name WHERE {Living} ORDER BY s.created_at DESC, s.id", Alive(null), cancellationToken: cancellationToken))];
    }

    /// <summary>Ends a session: one's own, or as an admin anybody's.</summary>
    /// <exception cref="NotPermittedException">It is somebody else's.</exception>
    public async Task EndAsync(Actor actor, string id)
    {
        ArgumentNullException.ThrowIfNull(actor);
        await using (var connection = await database.ConnectAsync())
        {
            if (await connection.QuerySingleOrDefaultAsync<string>("SELECT user_name FROM user_sessions WHERE id = @id", new { id }) is { } owner && owner == actor.Name)
            {
                await database.TransactAsync(transaction => transaction.Connection!.ExecuteAsync("DELETE FROM user_sessions WHERE id = @id", new { id }, transaction));
                return;
            }
        }

        await _audit.ActAsync(actor, Permission.Administer, "sessions.end", id[..Math.Min(12, id.Length)], null, transaction =>
            transaction.Connection!.ExecuteAsync("DELETE FROM user_sessions WHERE id = @id", new { id }, transaction));
    }

    /// <summary>Makes the one-time link's token for the first admin; earlier ones are no longer good.</summary>
    /// <returns>Null where there is an account already.</returns>
    public async Task<string?> InviteAsync()
    {
        var secret = Secret.Create();
        return await database.TransactAsync(async transaction =>
        {
            var connection = transaction.Connection!;
            await connection.ExecuteAsync("DELETE FROM invitations", transaction: transaction);
            return await connection.ExecuteAsync(
                "INSERT INTO invitations (id, expires_at) SELECT @id, @until WHERE NOT EXISTS (SELECT 1 FROM users)",
                new { id = Secret.Hash(secret), until = Now + (long)Invitation.TotalMilliseconds }, transaction) == 1;
        }) ? secret : null;
    }

    /// <summary>Whether a one-time link is still good.</summary>
    public async Task<bool> IsInvitedAsync(string token, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        return await connection.QuerySingleAsync<long>(new CommandDefinition(
            "SELECT count(*) FROM invitations WHERE id = @id AND expires_at > @now", new { id = Secret.Hash(token), now = Now }, cancellationToken: cancellationToken)) == 1;
    }

    /// <summary>Makes the first admin, who may see payloads, and begins a session.</summary>
    /// <returns>What the cookie holds.</returns>
    /// <exception cref="OperationRefusedException">The link is used up or too old, or name or password will not do.</exception>
    public async Task<string> AcceptInvitationAsync(string token, string name, string password)
    {
        Users.Check(name, password);
        var (hash, secret) = (Users.Hash(password), Secret.Create());
        await _audit.ActAsync(new Actor(name, Role.Admin, Payloads: true, Actor.Console), Permission.Administer, "users.first", name, "admin, payloads", async transaction =>
        {
            var connection = transaction.Connection!;
            if (await connection.ExecuteAsync("DELETE FROM invitations WHERE id = @id AND expires_at > @now", new { id = Secret.Hash(token), now = Now }, transaction) == 0
                || await connection.ExecuteAsync(
                    "INSERT INTO users (name, password, role, payloads, created_at) SELECT @name, @hash, 'admin', 1, @now WHERE NOT EXISTS (SELECT 1 FROM users)", new { name, hash, now = Now }, transaction) == 0)
            {
                throw new OperationRefusedException("This link has been used, or is too old. Start again for another one, or ask: eventbus users create");
            }

            await BeginAsync(transaction, secret, name);
            return 1;
        });
        return secret;
    }

    long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    object Alive(string? id) => new { id, begun = Now - (long)Longest.TotalMilliseconds, used = Now - (long)Idle.TotalMilliseconds };

    Task BeginAsync(DbTransaction transaction, string secret, string name) => transaction.Connection!.ExecuteAsync(
        "INSERT INTO user_sessions (id, user_name, created_at, used_at) VALUES (@id, @name, @now, @now)", new { id = Secret.Hash(secret), name, now = Now }, transaction);

    sealed class Account
    {
        public string Password { get; init; } = "";
    }
}
