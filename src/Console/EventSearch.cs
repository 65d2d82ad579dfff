using System.Globalization;
using EventBus.OperatorConsole.Access;
using EventBus.OperatorConsole.Components;
using EventBus.Storage;
using Microsoft.AspNetCore.Http.Extensions;

namespace EventBus.OperatorConsole;

/// <summary>What somebody looks for among events, as it stands in the URL: a subject never does, a number stands for it.</summary>
/// <param name="Id">The event's id.</param>
/// <param name="Type">A pattern over types.</param>
/// <param name="Family">The family.</param>
/// <param name="Source">The source.</param>
/// <param name="Tenant">The tenant.</param>
/// <param name="Subject">What stands for the subject, in the memory of the Console.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="From">Accepted at this time or later, UTC.</param>
/// <param name="To">Accepted before this time, UTC.</param>
/// <param name="Before">Where the page before ended.</param>
public sealed record EventSearch(string? Id, string? Type, string? Family, string? Source, string? Tenant, string? Subject, string? Outcome, string? From, string? To, EventCursor? Before)
{
    /// <summary>What asks for events without a route.</summary>
    public const string Unrouted = "unrouted";

    /// <summary>What can be asked for as an outcome.</summary>
    internal static readonly string[] Outcomes = [.. Enum.GetValues<DeliveryState>().Select(Tones.Word), Unrouted];

    internal static EventSearch Read(IEnumerable<KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues>> values)
    {
        var given = values.ToDictionary(v => v.Key, v => v.Value.ToString().Trim(), StringComparer.Ordinal);
        string? Given(string name) => given.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;
        return new EventSearch(
            Given("id"), Given("type"), Given("family"), Given("source"), Given("tenant"), Given("s"), Given("outcome"), Given("from"), Given("to"),
            EventCursor.TryParse(Given("before"), null, out var before) ? before : null);
    }

    /// <summary>Whether anything is asked for beside how long ago.</summary>
    public bool IsNarrow => (Id ?? Type ?? Family ?? Source ?? Tenant ?? Subject ?? Outcome ?? From ?? To) is not null;

    /// <summary>What the storage is asked.</summary>
    /// <exception cref="FormatException">A part of it is none; the message says which.</exception>
    internal EventFilter ToFilter(string session, SubjectSearches subjects) => new()
    {
        Id = Id, Type = Type, Family = Family, Source = Source, Tenant = Tenant,
        Subject = Subject is null ? null : subjects.Find(session, Subject) ?? throw new FormatException("The subject that was looked for is not kept any more: give it again."),
        Unrouted = Outcome == Unrouted ? true : null,
        Outcome = Outcome is null or Unrouted ? null : Enum.TryParse<DeliveryState>(Outcome, ignoreCase: true, out var state) && Enum.IsDefined(state) ? state : throw new FormatException("There is no such outcome."),
        From = Time(From), To = Time(To),
    };

    /// <summary>Its address among events.</summary>
    public string Path() => $"/events{Query()}";

    /// <summary>It, as part of an address.</summary>
    internal QueryBuilder Query()
    {
        var query = new QueryBuilder();
        foreach (var (name, value) in (ReadOnlySpan<(string, string?)>)[("id", Id), ("type", Type), ("family", Family), ("source", Source), ("tenant", Tenant), ("s", Subject), ("outcome", Outcome), ("from", From), ("to", To), ("before", Before?.ToString())])
        {
            if (value is not null)
            {
                query.Add(name, value);
            }
        }

        return query;
    }

    static DateTimeOffset? Time(string? text) => text is null ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time
        : throw new FormatException("A time is written as 2026-01-31T08:00, in UTC.");
}
