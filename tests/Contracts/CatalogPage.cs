using System.Text;
using System.Text.Json;
using EventBus.Contracts;

namespace EventBus.Tests.Contracts;

/// <summary>Writes <c>docs/catalog.md</c>: each family with every sender's names for each meaning side by side, and what is lost or added.</summary>
static class CatalogPage
{
    static readonly IReadOnlyList<CatalogFile> Senders = [.. Catalog.Senders.OrderBy(s => !s.Events[0].IsSent)];

    static readonly IReadOnlyList<Family> Families = [.. Family.All.Where(f => Catalog.Events.Any(e => e.Family == f))];

    public static string Generate()
    {
        var page = new StringBuilder();
        Start(page);
        Attributes(page);
        General(page);
        foreach (var family in Families)
        {
            CatalogFamily.Write(page, family, [.. Senders.Where(s => s.Events.Any(e => e.Family == family))]);
        }

        return page.ToString();
    }

    /// <summary>One row of a table.</summary>
    public static void Row(StringBuilder page, params IEnumerable<string> cells) =>
        page.Append("| ").AppendJoin(" | ", cells.Select(c => c.Replace("|", "\\|", StringComparison.Ordinal))).Append(" |\n");

    /// <summary>The first two lines of a table.</summary>
    public static void Head(StringBuilder page, params IReadOnlyList<string> titles)
    {
        Row(page, titles);
        Row(page, titles.Select(_ => "---"));
    }

    public static void Notes(StringBuilder page, IEnumerable<CatalogNote> notes)
    {
        foreach (var note in notes.OrderBy(n => n.Kind))
        {
            page.Append($"- {note.Kind}{(note.Shape is { } shape ? $" in `{shape}`" : "")}: {note.Text}\n");
        }
    }

    static void Start(StringBuilder page)
    {
        page.Append($"""
            <!-- Written from the catalog and the contracts by the test {nameof(CatalogPageTests)}, when {GeneratedFile.Write}=1. -->

            # The catalog

            Every name that the senders are known to use, by family: what it means, its type, and what a consumer finds in it.
            Names of the same meaning stand in one row, whoever sends them; a consumer that takes a family's pattern gets them all.
            `GET /v1/catalog` has the same list with JSON Schemas and samples. A name that is not here is placed by how its sender
            builds names, and is then `Other` in its family's set, with the sender's own word in `NativeType`; one that fits no
            family is an `UnclassifiedEvent`. What a view is said to have below is what it reads from the sample of each name.


            """.ReplaceLineEndings("\n"));
        Head(page, ["family", "contract", .. Senders.Select(s => s.Title)]);
        foreach (var family in Families)
        {
            Row(page, [$"[{family.Title}](#{family.Title.ToLowerInvariant().Replace(' ', '-')})", $"`{family.Contract.Name}`", .. Senders.Select(s => Count(s.Events.Count(e => e.Family == family)))]);
        }

        Row(page, ["names", "", .. Senders.Select(s => Count(s.Events.Count))]);
    }

    /// <summary>The attributes that an accepted event travels with, and where they come from.</summary>
    static void Attributes(StringBuilder page)
    {
        page.Append("\n## Added to every event\n\nThe payload travels whole, as `data`. Around it, every event that a gateway has accepted has:\n\n");
        Head(page, "attribute", "meaning");
        var accepted = new Acceptance(DateTimeOffset.UnixEpoch, "gateway", 1, "publisher").On(EventSample.Of(Catalog.Events[0]) with { Tenant = "clinic" });
        var properties = typeof(CloudEvent).GetProperties().ToDictionary(p => p.Name, StringComparer.OrdinalIgnoreCase);
        var names = JsonElement.Parse(EventJson.ToUtf8Bytes(accepted)).EnumerateObject().Select(a => a.Name).Where(n => n is not ("specversion" or "data")).ToList();
        foreach (var name in names.Where(properties.ContainsKey))
        {
            Row(page, $"`{name}`", ContractDocs.Of(properties[name]));
        }

        Row(page, string.Join(", ", names.Where(n => !properties.ContainsKey(n)).Select(n => $"`{n}`")), ContractDocs.Of(properties[nameof(CloudEvent.Acceptance)]));
    }

    static void General(StringBuilder page)
    {
        page.Append("\n## What holds for all of a sender's events\n");
        foreach (var sender in Senders)
        {
            page.Append($"\n**{sender.Title}**\n\n");
            Notes(page, sender.Notes.Where(n => n.Family is null));
        }
    }

    static string Count(int events) => events == 0 ? "–" : $"{events}";
}
