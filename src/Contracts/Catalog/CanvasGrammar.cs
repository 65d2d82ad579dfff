using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace EventBus.Contracts;

/// <summary>Places a Canvas event name that the catalog does not know, by how Canvas builds its names.</summary>
static partial class CanvasGrammar
{
    /// <summary>No name of Canvas's comes near it, and the time that matching takes grows with the square of the length.</summary>
    const int MaxLength = 4096;

    /// <summary>Resources with a family of their own; everything else that is created, updated, … is of the clinical record.</summary>
    static readonly (string Resource, string Family)[] Families =
    [
        ("APPOINTMENT", "appointment"),
        ("PATIENT", "patient"),
        ("CONSENT", "patient.consent"),
        ("COVERAGE", "patient.coverage"),
        ("PRESCRIPTION", "prescription"),
        ("TASK_COMMENT", "task.comment"),
        ("TASK", "task"),
        ("MESSAGE", "message"),
        ("BILLING_LINE_ITEM", "billing.line_item"),
        ("BILLING", "billing"),
        ("QUESTIONNAIRE", "questionnaire"),
    ];

    /// <summary>What can happen to a resource of which nothing else is known.</summary>
    static readonly FrozenSet<string> Verbs = FrozenSet.ToFrozenSet(
        [
            "CREATED", "UPDATED", "DELETED", "RESOLVED", "ASSESSED", "ADDED", "REMOVED", "ADJUSTED", "CHANGED", "CANCELED", "CANCELLED",
            "RESTORED", "COMPLETED", "CLOSED", "REOPENED", "SUBMITTED", "REVIEWED", "SIGNED", "LOCKED", "UNLOCKED", "LINKED", "UNLINKED", "MERGED",
            "ACTIVATED", "INACTIVATED", "DEACTIVATED", "DISCONTINUED", "ARCHIVED", "ASSIGNED", "UNASSIGNED", "RECEIVED", "SENT",
        ],
        StringComparer.Ordinal);

    public static string Place(string name)
    {
        if (name.Length > MaxLength)
        {
            return TypeWord.Join("canvas", "unclassified", TypeWord.Of(name));
        }

        var upper = name.ToUpperInvariant();
        if (!string.Equals(upper, name, StringComparison.Ordinal) && Catalog.Find("canvas", upper) is { } known)
        {
            return known.Type;
        }

        return Selected().Match(upper) is { Success: true } selected ? Search(selected, "selected")
            : Searching().Match(upper) is { Success: true } search ? Search(search, $"{search.Groups["phase"].Value}_search")
            : SpecificCommand().Match(upper) is { Success: true } specific ? Command(specific.Groups["command"].Value, specific)
            : AnyCommand().Match(upper) is { Success: true } any ? Command(CommandEvent.AnyCommand, any)
            : Resource(upper) ?? TypeWord.Join("canvas", "unclassified", TypeWord.Of(name));
    }

    static string Command(string command, Match match) =>
        TypeWord.Join("canvas", "command", TypeWord.Of(command), TypeWord.Of($"{match.Groups["phase"].Value}_{match.Groups["action"].Value}"));

    static string Search(Match match, string stage) =>
        TypeWord.Join("canvas", "search", TypeWord.Of(match.Groups["command"].Value), TypeWord.Of(match.Groups["field"].Value), TypeWord.Of(stage));

    static string? Resource(string name)
    {
        if (name.Contains("__", StringComparison.Ordinal))
        {
            return null;
        }

        foreach (var (resource, family) in Families)
        {
            if (name.StartsWith(resource + "_", StringComparison.Ordinal) && name.Length > resource.Length + 1)
            {
                return TypeWord.Join("canvas", family, TypeWord.Of(name[(resource.Length + 1)..]));
            }
        }

        var cut = name.LastIndexOf('_');
        return cut > 0 && Verbs.Contains(name[(cut + 1)..])
            ? TypeWord.Join("canvas", "clinical_record", TypeWord.Of(name[..cut]), TypeWord.Of(name[(cut + 1)..]))
            : null;
    }

    [GeneratedRegex("^(?<command>[A-Z0-9_]+?)(_COMMAND)?__(?<field>[A-Z0-9_]+?)_{1,2}SELECTED$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Selected();

    [GeneratedRegex("^(?<command>[A-Z0-9_]+?)__(?<field>[A-Z0-9_]+?)__(?<phase>PRE|POST)_SEARCH$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Searching();

    [GeneratedRegex("^(?<command>[A-Z0-9_]+?)_COMMAND__(?<phase>PRE|POST)_(?<action>[A-Z0-9_]+)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SpecificCommand();

    [GeneratedRegex("^(?<phase>PRE|POST)_COMMAND_(?<action>[A-Z0-9_]+)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex AnyCommand();
}
