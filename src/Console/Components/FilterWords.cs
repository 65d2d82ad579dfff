using System.Globalization;
using System.Text.Json;
using EventBus.Storage;

namespace EventBus.OperatorConsole.Components;

/// <summary>What a stored filter selects, in words; a subject is not among them.</summary>
static class FilterWords
{
    public static string Of(string json)
    {
        var filter = JsonSerializer.Deserialize<EventFilter>(json)!;
        var words = ((ReadOnlySpan<(string, string?)>)
        [
            ("id", filter.Id), ("", filter.Type), ("family", filter.Family), ("source", filter.Source), ("tenant", filter.Tenant), ("of one", filter.Subject is null ? null : "subject"),
            ("sent with", filter.Publisher), ("", filter.Outcome is { } outcome ? Tones.Word(outcome) : null), ("", filter.Unrouted == true ? EventSearch.Unrouted : null),
            ("from", Time(filter.From)), ("to", Time(filter.To)),
        ]).ToArray().Where(w => w.Item2 is not null).Select(w => $"{w.Item1} {w.Item2}".Trim()).DefaultIfEmpty("all it asks for");
        return string.Join(", ", words);
    }

    static string? Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
