using Dapper;
using EventBus.Contracts;
using EventBus.Delivery;
using EventBus.Operations.Access;
using EventBus.Operations.Audit;
using EventBus.Storage;

namespace EventBus.Operations;

/// <summary>Endpoints that operators add at run time, beside those of the configuration; whoever delivers sees a change within seconds.</summary>
public sealed class EndpointDesk(Database database, AddressGuard guard, TimeProvider time)
{
    /// <summary>How long the secret before counts as well, unless somebody says otherwise.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromHours(24);

    static readonly TimeSpan MaxOverlap = TimeSpan.FromDays(30);

    readonly AuditLog _audit = new(database, time);

    /// <summary>Its settings; null where it was not added at run time. Headers have no values, since those can be secrets.</summary>
    public async Task<EndpointFacts?> FindAsync(string name, CancellationToken cancellationToken = default) =>
        (await EndpointSettings.ReadAsync(database, cancellationToken)).FirstOrDefault(e => e.Name == name) is { } found
            ? new EndpointFacts(
                found.Name, found.Settings.ToDictionary(s => s.Key, s => s.Key.StartsWith("Headers:", StringComparison.OrdinalIgnoreCase) ? "…" : s.Value, StringComparer.OrdinalIgnoreCase), found.Secret is not null,
                found.PreviousUntil > time.GetUtcNow().ToUnixTimeMilliseconds() ? found.PreviousUntil : null)
            : null;

    /// <summary>Adds an endpoint, with a secret of its own.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="name">Its name; no other endpoint has it.</param>
    /// <param name="settings">Its settings, by the keys of the configuration: <c>Url</c>, <c>Events:0</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The secret, which is never shown again.</returns>
    /// <exception cref="NotPermittedException">The actor may not.</exception>
    /// <exception cref="OperationRefusedException">A setting is wrong, or the address is not allowed.</exception>
    public async Task<string> AddAsync(Actor actor, string name, IReadOnlyDictionary<string, string> settings, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Demand(Permission.Administer);
        var added = new EndpointSettings(name, settings, WebhookSigner.CreateSecret(), null, 0, time.GetUtcNow().ToUnixTimeMilliseconds());
        await CheckAsync(added, cancellationToken);
        await _audit.ActAsync(actor, Permission.Administer, "endpoints.add", name, null, async transaction =>
        {
            if (await EndpointSettings.LockAsync(transaction, name) is not null
                || await transaction.Connection!.QuerySingleAsync<long>("SELECT count(*) FROM consumers WHERE lower(endpoint) = lower(@name)", new { name }, transaction) > 0)
            {
                throw new OperationRefusedException($"There is an endpoint {name} already.");
            }

            await added.WriteAsync(transaction);
            return 1;
        });
        return added.Secret!;
    }

    /// <summary>Changes settings of an endpoint; its name, consumer and order stay, since what waits has been planned by them.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="name">The endpoint.</param>
    /// <param name="changes">Settings by their keys; null takes one away. What is not named stays, but for lists, which are given whole.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="NotPermittedException">The actor may not.</exception>
    /// <exception cref="OperationRefusedException">It was not added at run time, a setting is wrong, or the address is not allowed.</exception>
    public async Task EditAsync(Actor actor, string name, IReadOnlyDictionary<string, string?> changes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(changes);
        actor.Demand(Permission.Administer);
        if (changes.Keys.FirstOrDefault(k => Is(k, "Consumer") || Is(k, "Order")) is { } fixedKey)
        {
            throw new OperationRefusedException($"{fixedKey} of an endpoint stays as it is; add another endpoint.");
        }

        var before = await GetAsync(name, cancellationToken);
        var lists = changes.Keys.Select(k => k.Split(':')).Where(k => k.Length > 1 && !Is(k[0], "Headers")).Select(k => k[0]).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var settings = before.Settings.Where(s => !lists.Contains(s.Key.Split(':')[0])).ToDictionary(s => s.Key, s => s.Value, StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in changes)
        {
            settings.Remove(key);
            if (value is not null)
            {
                settings[key] = value;
            }
        }

        var after = before with { Settings = settings };
        await CheckAsync(after, cancellationToken);
        await ChangeAsync(actor, "endpoints.edit", name, now => now.ChangedAt == before.ChangedAt ? now with { Settings = settings } : throw new OperationRefusedException($"{name} was changed meanwhile; look again."));
    }

    /// <summary>Gives an endpoint a new secret; deliveries are signed with the one before as well, for a while.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="name">The endpoint.</param>
    /// <param name="overlap">For how long, 0 to 30 days.</param>
    /// <returns>The new secret, which is never shown again.</returns>
    /// <exception cref="NotPermittedException">The actor may not.</exception>
    /// <exception cref="OperationRefusedException">It was not added at run time, or the time is wrong.</exception>
    public async Task<string> RotateAsync(Actor actor, string name, TimeSpan overlap)
    {
        if (overlap < TimeSpan.Zero || overlap > MaxOverlap)
        {
            throw new OperationRefusedException("The time that both secrets count is not between 0 and 30 days.");
        }

        var secret = WebhookSigner.CreateSecret();
        await ChangeAsync(actor, "endpoints.rotate", name, e => e with { Secret = secret, PreviousSecret = e.Secret, PreviousUntil = (time.GetUtcNow() + overlap).ToUnixTimeMilliseconds() });
        return secret;
    }

    /// <summary>Takes an endpoint away. What waits for it is discarded; dead letters stay.</summary>
    /// <returns>How many deliveries waited.</returns>
    /// <exception cref="NotPermittedException">The actor may not.</exception>
    /// <exception cref="OperationRefusedException">It was not added at run time.</exception>
    public async Task<int> RemoveAsync(Actor actor, string name, string? reason)
    {
        var waited = 0;
        await _audit.ActAsync(actor, Permission.Administer, "endpoints.remove", name, reason, async transaction =>
        {
            var connection = transaction.Connection!;
            if (await connection.ExecuteAsync("DELETE FROM endpoint_settings WHERE name = @name", new { name }, transaction) == 0)
            {
                throw Unknown(name);
            }

            waited = await connection.ExecuteAsync(
                "UPDATE deliveries SET state = 5, finished_at = @now, body = NULL WHERE state = 0 AND endpoint = @name AND lane IN (SELECT name FROM lanes)",
                new { name, now = time.GetUtcNow().ToUnixTimeMilliseconds() }, transaction);
            await connection.ExecuteAsync("DELETE FROM consumers WHERE endpoint = @name", new { name }, transaction);
            await connection.ExecuteAsync("DELETE FROM endpoints WHERE name = @name", new { name }, transaction);
            return Math.Max(1, waited);
        });
        return waited;
    }

    Task<int> ChangeAsync(Actor actor, string action, string name, Func<EndpointSettings, EndpointSettings> change) => _audit.ActAsync(actor, Permission.Administer, action, name, null, async transaction =>
    {
        var before = await EndpointSettings.LockAsync(transaction, name) ?? throw Unknown(name);
        await (change(before) with { ChangedAt = Math.Max(time.GetUtcNow().ToUnixTimeMilliseconds(), before.ChangedAt + 1) }).WriteAsync(transaction);
        return 1;
    });

    async Task CheckAsync(EndpointSettings settings, CancellationToken cancellationToken)
    {
        List<string> failures = [];
        if (settings.Settings.Keys.FirstOrDefault(k => Is(k, "Name") || Is(k, "Secret") || Is(k, "Synchronous")) is { } not)
        {
            failures.Add($"{not} is no setting here: the secret is made, and endpoints that decide on events stand in the configuration");
        }
        else if (settings.Settings.Any(s => Is(s.Key, "Consumer") && Is(s.Value, DeliveringConsumers.Workflows)))
        {
            failures.Add("Consumer: endpoints of workflows stand in the configuration, since files name them");
        }
        else if (WebhookEndpoints.Read(settings, time.GetUtcNow(), failures) is { } endpoint && await guard.FindFaultAsync(endpoint.Url, cancellationToken) is { } fault)
        {
            failures.Add(fault);
        }

        if (failures.Count > 0)
        {
            throw new OperationRefusedException($"{string.Join(". ", failures)}.");
        }
    }

    async Task<EndpointSettings> GetAsync(string name, CancellationToken cancellationToken) =>
        (await EndpointSettings.ReadAsync(database, cancellationToken)).FirstOrDefault(e => e.Name == name) ?? throw Unknown(name);

    static OperationRefusedException Unknown(string name) => new($"No endpoint {name} was added at run time; those of the configuration are changed there.");

    static bool Is(string key, string name) => string.Equals(key, name, StringComparison.OrdinalIgnoreCase);
}

/// <summary>What may be seen of an endpoint that was added at run time.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Settings">Its settings, by the keys of the configuration.</param>
/// <param name="IsSigned">Whether deliveries are signed.</param>
/// <param name="PreviousUntil">Until when the secret before counts as well, in milliseconds since 1970-01-01 UTC; null where there is none.</param>
public sealed record EndpointFacts(string Name, IReadOnlyDictionary<string, string> Settings, bool IsSigned, long? PreviousUntil)
{
    /// <summary>The values of a list, in order: of <c>Events</c>.</summary>
    public IEnumerable<string> List(string key) => Settings.Where(s => s.Key.StartsWith($"{key}:", StringComparison.OrdinalIgnoreCase)).OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => s.Value);
}
