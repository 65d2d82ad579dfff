using System.CommandLine;
using EventBus.Contracts;
using EventBus.Operations;

namespace EventBus.Cli;

/// <summary><c>eventbus catalog list|show</c>.</summary>
static class CatalogCommand
{
    static readonly Option<string?> Only = new("--family") { Description = "Those of one family: appointment, command, order…" };
    static readonly Option<bool> Unknown = new("--unknown") { Description = "Only types that have come and that the catalog does not know." };

    public static Command Create() => new("catalog", "The events that are known, who asks for them, and which have come.")
    {
        StoredCommand.Create("list", "Types of the catalog and types that have come, with when and how many within a day.", [Only, Unknown, StoredCommand.Json], async (parsed, database, cancellationToken) =>
        {
            var seen = (await new SeenTypes(database, TimeProvider.System).ListAsync(cancellationToken)).ToDictionary(s => s.Type, StringComparer.Ordinal);
            var consumers = await new KnownConsumers(database, TimeProvider.System).ListAsync(cancellationToken);
            var rows = Catalog.Types.Union(seen.Keys, StringComparer.Ordinal)
                .Where(t => (parsed.GetValue(Only) is not { } family || Family.Of(t).Word == family) && (!parsed.GetValue(Unknown) || Catalog.OfType(t).Count == 0))
                .Order(StringComparer.Ordinal)
                .Select(t => new
                {
                    Type = t, Family = Family.Of(t).Word, IsKnown = Catalog.OfType(t).Count > 0, seen.GetValueOrDefault(t)?.LastAt, seen.GetValueOrDefault(t)?.LastDay,
                    AskedForBy = consumers.Where(c => c.Asks(t)).Select(c => c.Target).Distinct(StringComparer.Ordinal).ToList(),
                }).ToList();
            return Terminal.List(
                parsed, rows, ["Type", "Family", "Known", "Asked for by", "Last seen", "Last day"],
                r => [r.Type, r.Family, r.IsKnown ? "yes" : "no", string.Join(", ", r.AskedForBy), Terminal.Time(r.LastAt), r.LastDay is >= SeenTypes.MaxCount ? $"{r.LastDay} or more" : r.LastDay]);
        }),
        Show(),
    };

    static Command Show()
    {
        var type = new Argument<string>("type") { Description = "The type: canvas.appointment.created." };
        var command = new Command("show", "One of the catalog as JSON: where it comes from, its JSON Schema, a sample.") { type };
        command.SetAction(parsed =>
        {
            var known = Catalog.OfType(parsed.GetValue(type)!);
            if (known.Count == 0)
            {
                Console.Error.WriteLine("The catalog has no such type; eventbus catalog list shows those that it has.");
                return 1;
            }

            Terminal.Json(known.Select(CatalogEntry.Of));
            return 0;
        });
        return command;
    }
}
