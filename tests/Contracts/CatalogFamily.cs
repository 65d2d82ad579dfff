using System.Text;
using EventBus.Contracts;

namespace EventBus.Tests.Contracts;

/// <summary>The part of <c>docs/catalog.md</c> about one family.</summary>
static class CatalogFamily
{
    public static void Write(StringBuilder page, Family family, IReadOnlyList<CatalogFile> senders)
    {
        var events = senders.SelectMany(s => s.Events).Where(e => e.Family == family).ToList();
        var views = View.Of(family.Contract);
        page.Append($"\n## {family.Title}\n\n`{family.Contract.Name}`, pattern `*.{family.Word}.#`. {ContractDocs.Of(family.Contract)}\n\n");
        Meanings(page, [.. views.Where(v => v.IsOfType)], events, senders);
        if (views.Count > 0)
        {
            Views(page, views, events, senders);
        }

        foreach (var sender in senders)
        {
            page.Append($"\n**{sender.Title}**\n\n");
            Facts(page, [.. events.Where(e => e.Source == sender.Source)]);
            CatalogPage.Notes(page, sender.Notes.Where(n => n.Family == family.Word));
        }
    }

    /// <summary>One row for each meaning, and each sender's names for it beside each other.</summary>
    static void Meanings(StringBuilder page, IReadOnlyList<View> sets, List<EventDescription> events, IReadOnlyList<CatalogFile> senders)
    {
        var commands = events.Select(Command).Where(c => c is not (null or CommandEvent.AnyCommand)).ToHashSet(StringComparer.Ordinal);
        CatalogPage.Head(page, [.. sets.Count == 0 ? ["what"] : sets.Select(s => $"`{s.Name}`"), "meaning", .. senders.Select(s => s.Title)]);
        foreach (var meaning in events.GroupBy(e => string.Join('.', Members(sets, e).Select(m => m.ToString()).DefaultIfEmpty(What(e))), StringComparer.Ordinal)
            .OrderBy(g => Members(sets, g.First()), Comparer<IReadOnlyList<Enum>>.Create(InOrder)))
        {
            var members = Members(sets, meaning.First());
            CatalogPage.Row(
                page,
                [
                    .. members.Select(m => $"`{m}`").DefaultIfEmpty($"`{What(meaning.First())}`"),
                    members.Count == 0 ? meaning.First().Description : string.Join(' ', members.Where(m => !View.IsOther(m)).Select(ContractDocs.Of)),
                    .. senders.Select(s => Names([.. meaning.Where(e => e.Source == s.Source)], commands)),
                ]);
        }

        foreach (var set in sets.Select(s => s.Set!))
        {
            var other = ContractDocs.Of((Enum)Enum.ToObject(set, 0));
            page.Append($"\n`{set.Name}` also has `Other`: {char.ToLowerInvariant(other[0])}{other[1..]}\n");
        }

        if (commands.Count > 0)
        {
            page.Append($"\n`<command>` is {string.Join(", ", commands.Order(StringComparer.Ordinal).Select(c => $"`{c}`"))}.\n");
        }
    }

    /// <summary>The names of one sender in one row: by type, and once for all commands where they differ in nothing else.</summary>
    static string Names(IReadOnlyList<EventDescription> events, HashSet<string?> commands)
    {
        var forms = events.Select(e => (Event: e, Name: Form(e, e.Name, c => c.ToUpperInvariant(), "<COMMAND>"), Type: Form(e, e.Type, c => c, "<command>")))
            .GroupBy(f => (f.Name, f.Type))
            .SelectMany(g => commands.Count > 1 && commands.SetEquals(g.Select(f => Command(f.Event)))
                ? [(g.First().Event, g.Key.Name, g.Key.Type)]
                : g.Select(f => (f.Event, f.Event.Name, f.Event.Type)));
        return string.Join("<br>", forms.GroupBy(f => f.Item3, StringComparer.Ordinal)
            .Select(g => $"{string.Join(", ", g.Select(f => $"`{f.Item2}`"))} → `{g.Key}`{(g.First().Event.Synchronous ? ", sender waits" : "")}")) is { Length: > 0 } names ? names : "–";
    }

    static string Form(EventDescription e, string text, Func<string, string> spelling, string inPlace) =>
        Command(e) is { } command and not CommandEvent.AnyCommand ? text.Replace(spelling(command), inPlace, StringComparison.Ordinal) : text;

    static string? Command(EventDescription e) => e.IsSent && EventSample.Of(e) is CommandEvent command ? command.Command : null;

    /// <summary>Which views have a value, by the samples of each sender and form of payload.</summary>
    static void Views(StringBuilder page, IReadOnlyList<View> views, List<EventDescription> events, IReadOnlyList<CatalogFile> senders)
    {
        var forms = senders.SelectMany(s => events.Where(e => e.Source == s.Source).GroupBy(e => e.Shape, StringComparer.Ordinal)
            .Select(g => (Title: g.Count() == events.Count(e => e.Source == s.Source) ? s.Title : $"{s.Title}, `{g.Key}`", Samples: g.Select(EventSample.Of).ToList()))).ToList();
        page.Append('\n');
        CatalogPage.Head(page, ["view", "what it is", .. forms.Select(f => f.Title)]);
        foreach (var view in views)
        {
            CatalogPage.Row(page, [$"`{view.Name}`", Meaning(view), .. forms.Select(f => Says(f.Samples.Count(view.Says), f.Samples.Count))]);
        }
    }

    /// <summary>What it is; the members too where the table above does not have them.</summary>
    static string Meaning(View view) => view is { Set: { } set, IsOfType: false }
        ? $"{ContractDocs.Of(view.Property)} {string.Join(", ", Enum.GetNames(set).Skip(1).Append("Other").Select(m => $"`{m}`"))}."
        : ContractDocs.Of(view.Property);

    static string Says(int said, int samples) => said == 0 ? "–" : said == samples ? "yes" : $"in {said} of {samples}";

    static void Facts(StringBuilder page, IReadOnlyList<EventDescription> events)
    {
        var waits = events.Count(e => e.Synchronous);
        if (waits > 0)
        {
            page.Append($"- The sender waits for the outcome of {(waits == events.Count ? "all" : $"{waits} of {events.Count}")} names.\n");
        }

        var subjects = events.GroupBy(e => e.Subject.First(path => PayloadPath.First(e.Sample, path) is not null), StringComparer.Ordinal).OrderByDescending(g => g.Count()).ToList();
        page.Append($"- Subject, by which order is kept: {string.Join(", ", subjects.Select(g => subjects.Count == 1 ? $"`{g.Key}`" : $"`{g.Key}` ({g.Count()} of {events.Count} samples)"))}.\n");
    }

    static IReadOnlyList<Enum> Members(IReadOnlyList<View> sets, EventDescription e) => [.. sets.Select(s => (Enum)s.Read(EventSample.Of(e))!)];

    static string What(EventDescription e) => EventSample.Of(e).What;

    /// <summary>As the sets have them; <c>Other</c> comes last.</summary>
    static int InOrder(IReadOnlyList<Enum> a, IReadOnlyList<Enum> b) =>
        a.Zip(b, (x, y) => (View.IsOther(x), Convert.ToInt32(x)).CompareTo((View.IsOther(y), Convert.ToInt32(y)))).FirstOrDefault(order => order != 0);
}
