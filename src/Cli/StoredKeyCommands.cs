using System.CommandLine;
using EventBus.Operations.Access;
using EventBus.Storage;

namespace EventBus.Cli;

/// <summary>What <c>eventbus keys</c> does with keys in the storage.</summary>
static class StoredKeyCommands
{
    static readonly Argument<string> Name = new("name") { Description = "Whose key it is." };

    public static Task<int> CreateAsync(ParseResult parsed, string name, string[] sources, string? tenant, string? existing, CancellationToken cancellationToken) => StoredCommand.RunAsync(
        parsed,
        async (_, database, _) =>
        {
            var key = await Keys(database).CreateAsync(Actor.CommandLine, name, sources, tenant, existing);
            await Console.Out.WriteLineAsync(existing is null ? Shown(key) : "Gateways know it within two seconds.");
            return 0;
        },
        cancellationToken);

    public static Command List() => StoredCommand.Create("list", "Keys in the storage; those in gateways' settings are not listed.", [StoredCommand.Json], async (parsed, database, cancellationToken) =>
    {
        var keys = await Keys(database).ListAsync(cancellationToken);
        if (parsed.GetValue(StoredCommand.Json))
        {
            Terminal.Json(keys);
            return 0;
        }

        Terminal.Table(
            ["Name", "Sources", "Tenant", "Made", "Rotated", "The one before ends", "Revoked", "Last used"],
            keys.Select(k => (object?[])
            [
                k.Name, k.Sources.Replace("\n", ", ", StringComparison.Ordinal), k.Tenant, Terminal.Time(k.CreatedAt), Terminal.Time(k.RotatedAt), k.PreviousUntil == 0 ? "" : Terminal.Time(k.PreviousUntil),
                Terminal.Time(k.RevokedAt), Terminal.Time(k.UsedAt),
            ]));
        return 0;
    });

    public static Command Rotate()
    {
        var overlap = new Option<TimeSpan>("--overlap") { Description = "For how long the key before it counts too: 01:00:00, 7.00:00:00; 00:00:00 ends it at once.", DefaultValueFactory = _ => PublisherKeys.UsualOverlap };
        return StoredCommand.Create("rotate", "Makes another key of the same name, and shows it once.", [Name, overlap], async (parsed, database, _) =>
        {
            await Console.Out.WriteLineAsync(Shown(await Keys(database).RotateAsync(Actor.CommandLine, parsed.GetValue(Name)!, parsed.GetValue(overlap))));
            return 0;
        });
    }

    public static Command Revoke()
    {
        var reason = new Option<string?>("--reason") { Description = "Why." };
        return StoredCommand.Create("revoke", "Lets a key in no more, within two seconds.", [Name, reason], async (parsed, database, _) =>
        {
            await Keys(database).RevokeAsync(Actor.CommandLine, parsed.GetValue(Name)!, parsed.GetValue(reason));
            return 0;
        });
    }

    static PublisherKeys Keys(Database database) => new(database, TimeProvider.System);

    static string Shown(string key) => $"Key (shown this once; give it to the sender, who sends it as Authorization: Bearer <key>; gateways know it within two seconds):\n\n{key}";
}
