using System.CommandLine;
using EventBus.Operations.Access;
using EventBus.Operations.Broker;
using EventBus.Storage;

namespace EventBus.Cli;

/// <summary><c>eventbus topology show|prune</c>.</summary>
static class TopologyCommand
{
    static readonly Option<bool> Held = new("--in-use") { Description = "Also what holds messages, which are lost, or is read by somebody." };

    public static Command Create() => new("topology", "Exchanges, queues and bindings: as hosts declare them, and as they are on the broker.") { Show(), Prune() };

    static Command Show() => StoredCommand.Create("show", "What is missing, different or stale; ends with 1 where something is missing or different.", [StoredCommand.Json], async (parsed, database, cancellationToken) =>
    {
        var things = await LookAsync(database, cancellationToken);
        if (parsed.GetValue(StoredCommand.Json))
        {
            Terminal.Json(things);
        }
        else if (things.Count == 0)
        {
            await Console.Out.WriteLineAsync("All is as declared.");
        }
        else
        {
            Write(things);
        }

        return things.All(t => t.Standing == TopologyStanding.Stale) ? 0 : ExitCodes.Refused;
    });

    static Command Prune() => StoredCommand.Create("prune", "Removes what is stale, after a question; what holds messages or is read only with --in-use, and after another one.", [Held, StoredCommand.Yes, StoredCommand.Json], async (parsed, database, cancellationToken) =>
    {
        var (alsoHeld, json) = (parsed.GetValue(Held), parsed.GetValue(StoredCommand.Json));
        var stale = (await LookAsync(database, cancellationToken)).Where(t => t.Standing == TopologyStanding.Stale).ToList();
        var chosen = stale.Where(t => alsoHeld || !t.IsHeld).ToList();
        if (chosen.Count > 0 && !parsed.GetValue(StoredCommand.Yes))
        {
            Write(chosen);
            Terminal.Ask($"{chosen.Count} go from the broker");
            if (chosen.Exists(t => t.IsHeld))
            {
                Terminal.Ask($"{chosen.Sum(t => t.Messages)} messages are lost, and {chosen.Sum(t => t.Consumers)} who read are cut off");
            }
        }

        using var client = BrokerClient.Create(StoredCommand.Configuration);
        var result = chosen.Count == 0 ? new PruneResult([], []) : await new TopologyDesk(client, database, TimeProvider.System).PruneAsync(Actor.CommandLine, [.. chosen.Select(t => t.Title)], alsoHeld);
        var kept = stale.Except(chosen).Select(t => t.Title).Concat(result.Kept).ToList();
        if (json)
        {
            Terminal.Json(new { result.Removed, kept });
        }
        else
        {
            await Console.Out.WriteLineAsync($"{result.Removed.Count} removed.{(kept.Count == 0 ? "" : $" {kept.Count} stay, since they, or what they belong to, hold messages or are read (--in-use removes them too): {string.Join(", ", kept)}.")}");
        }

        return 0;
    });

    static async Task<IReadOnlyList<TopologyThing>> LookAsync(Database database, CancellationToken cancellationToken)
    {
        using var client = BrokerClient.Create(StoredCommand.Configuration);
        return client.IsThere ? await new TopologyDesk(client, database, TimeProvider.System).LookAsync(cancellationToken) : throw new CommandException("There is no broker: everything is in one process.");
    }

    static void Write(IEnumerable<TopologyThing> things) => Terminal.Table(
        ["Standing", "What", "Name", "Messages", "Consumers", "Why"],
        things.Select(t => (object?[])[t.Standing, t.Kind, t.Name, t.Kind == TopologyKind.Queue ? t.Messages : null, t.Kind == TopologyKind.Queue ? t.Consumers : null, t.Note]));
}
