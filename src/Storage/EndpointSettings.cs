using System.Data.Common;
using System.Text.Json;
using Dapper;

namespace EventBus.Storage;

/// <summary>An endpoint that an operator has added at run time, as it is stored.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Settings">Its settings, by the keys that the configuration has (<c>Url</c>, <c>Events:0</c>), without the secret.</param>
/// <param name="Secret">What deliveries are signed with; null: they are not.</param>
/// <param name="PreviousSecret">What they are signed with as well, until <paramref name="PreviousUntil"/>.</param>
/// <param name="PreviousUntil">When the secret before ends, in milliseconds since 1970-01-01 UTC.</param>
/// <param name="ChangedAt">When it was changed last, in milliseconds since 1970-01-01 UTC.</param>
public sealed record EndpointSettings(string Name, IReadOnlyDictionary<string, string> Settings, string? Secret, string? PreviousSecret, long PreviousUntil, long ChangedAt)
{
    const string Columns = "name AS Name, settings AS Settings, secret AS Secret, previous_secret AS PreviousSecret, previous_until AS PreviousUntil, changed_at AS ChangedAt";

    /// <summary>The name only: settings can hold secrets.</summary>
    public override string ToString() => Name;

    /// <summary>All of them, by name.</summary>
    public static async Task<IReadOnlyList<EndpointSettings>> ReadAsync(Database database, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(database);
        await using var connection = await database.ConnectAsync(cancellationToken);
        return [.. (await connection.QueryAsync<Row>(new CommandDefinition($"SELECT {Columns} FROM endpoint_settings ORDER BY name", cancellationToken: cancellationToken))).Select(r => r.Read())];
    }

    /// <summary>One of them, kept from everybody else until the transaction ends; null where there is none.</summary>
    internal static async Task<EndpointSettings?> LockAsync(DbTransaction transaction, string name) => (await transaction.Connection!.QuerySingleOrDefaultAsync<Row>(
        $"UPDATE endpoint_settings SET changed_at = changed_at WHERE name = @name RETURNING {Columns}", new { name }, transaction))?.Read();

    /// <summary>Writes it, in place of any of that name.</summary>
    internal Task WriteAsync(DbTransaction transaction) => transaction.Connection!.ExecuteAsync(
        """
        INSERT INTO endpoint_settings (name, settings, secret, previous_secret, previous_until, changed_at) VALUES (@Name, @settings, @Secret, @PreviousSecret, @PreviousUntil, @ChangedAt)
        ON CONFLICT (name) DO UPDATE SET settings = excluded.settings, secret = excluded.secret, previous_secret = excluded.previous_secret, previous_until = excluded.previous_until,
            changed_at = excluded.changed_at
        """,
        new { Name, settings = JsonSerializer.Serialize(Settings), Secret, PreviousSecret, PreviousUntil, ChangedAt }, transaction);

    sealed class Row
    {
        public string Name { get; init; } = "";

        public string Settings { get; init; } = "";

        public string? Secret { get; init; }

        public string? PreviousSecret { get; init; }

        public long PreviousUntil { get; init; }

        public long ChangedAt { get; init; }

        public EndpointSettings Read() => new(Name, JsonSerializer.Deserialize<Dictionary<string, string>>(Settings)!, Secret, PreviousSecret, PreviousUntil, ChangedAt);
    }
}
