using System.Collections.Frozen;

namespace EventBus.Contracts;

/// <summary>
/// The one list of the events that senders are known to send. A sender adds names all the time, so a name that is not here is normal:
/// <see cref="Place"/> says where it goes.
/// </summary>
public static class Catalog
{
    static readonly FrozenDictionary<string, CatalogFile> Files = CatalogFile.LoadAll().ToFrozenDictionary(f => f.Source, StringComparer.Ordinal);

    static readonly string[] PatientPaths = ["patient.id", "patient_id", "patientId", "patient"];

    /// <summary>The senders, by name, as the data files have them.</summary>
    internal static IEnumerable<CatalogFile> Senders => Files.Values.OrderBy(f => f.Source, StringComparer.Ordinal);

    /// <summary>Every known event, by sender.</summary>
    public static IReadOnlyList<EventDescription> Events { get; } = [.. Senders.SelectMany(f => f.Events)];

    static readonly FrozenDictionary<(string Source, string Name), EventDescription> ByName =
        Events.ToFrozenDictionary(e => (e.Source, e.Name));

    static readonly FrozenDictionary<string, IReadOnlyList<EventDescription>> ByType =
        Events.GroupBy(e => e.Type, StringComparer.Ordinal)
            .ToFrozenDictionary(g => g.Key, g => (IReadOnlyList<EventDescription>)[.. g], StringComparer.Ordinal);

    /// <summary>The types of the known events, each once.</summary>
    public static IEnumerable<string> Types => ByType.Keys;

    /// <summary>The known events of a type; empty where the catalog does not know it.</summary>
    public static IReadOnlyList<EventDescription> OfType(string type) => ByType.GetValueOrDefault(type, []);

    /// <summary>The known event with a sender's name, or null.</summary>
    public static EventDescription? Find(string source, string name) => ByName.GetValueOrDefault((source, name));

    /// <summary>The known events with this name, from whichever sender.</summary>
    public static IEnumerable<EventDescription> Named(string name) => Events.Where(e => string.Equals(e.Name, name, StringComparison.Ordinal));

    /// <summary>The type of a sender's name: as the catalog has it, else by the sender's naming grammar, else in <c>unclassified</c>.</summary>
    /// <param name="source">One of <c>canvas</c>, <c>careportals</c>, <c>smartflowsheet</c>.</param>
    /// <param name="name">The sender's name for the event.</param>
    public static string Place(string source, string name) => Find(source, name) is { IsFlag: false } known ? known.Type : source switch
    {
        "canvas" => CanvasGrammar.Place(name),
        "careportals" => CarePortalsGrammar.Place(name),
        "smartflowsheet" => SmartFlowSheetGrammar.Place(name),
        _ => throw new ArgumentOutOfRangeException(nameof(source), source, "is not a sender that the catalog knows"),
    };

    /// <summary>Where the subject of an event that names none is looked for: as the catalog says of its type or sender, else at the usual names of a patient.</summary>
    public static IReadOnlyList<string> SubjectOf(string type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return OfType(type) is [var known, ..] ? known.Subject
            : Files.TryGetValue(type.Split('.')[0], out var sender) ? sender.Subject
            : PatientPaths;
    }

    /// <summary>Where the subject of a sender's event is looked for: the event's own rule, else the sender's.</summary>
    public static IReadOnlyList<string> SubjectOf(string source, string name) => Find(source, name)?.Subject ?? Files[source].Subject;
}
