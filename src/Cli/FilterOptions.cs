using System.CommandLine;
using System.Globalization;
using EventBus.Storage;

namespace EventBus.Cli;

/// <summary>The options that select archived events; the same for finding and for replaying.</summary>
static class FilterOptions
{
    static readonly Option<string?> Id = new("--id") { Description = "The event's id." };
    static readonly Option<string?> Type = new("--type") { Description = "A type, a pattern such as '*.appointment.#', or a sender's name such as APPOINTMENT_CREATED." };
    static readonly Option<string?> Family = new("--family") { Description = "A family's word: appointment, command, order…" };
    static readonly Option<string?> Source = new("--source") { Description = "The source." };
    static readonly Option<string?> Tenant = new("--tenant") { Description = "The clinic or instance." };
    static readonly Option<string?> Subject = new("--subject") { Description = "What the event is about." };
    static readonly Option<string?> From = new("--from") { Description = "Accepted at this time or later: 2026-01-31T08:00Z, or so long ago: 90m, 12h, 7d." };
    static readonly Option<string?> To = new("--to") { Description = "Accepted before this time." };
    static readonly Option<DeliveryState?> Outcome = new("--outcome") { Description = "What became of it at one consumer or endpoint at least: processed, dead, waiting…" };
    static readonly Option<bool> Unrouted = new("--unrouted") { Description = "Only what no consumer had asked for." };

    public static IReadOnlyList<Symbol> All { get; } = [Id, Type, Family, Source, Tenant, Subject, From, To, Outcome, Unrouted];

    /// <exception cref="FormatException">A value cannot be read.</exception>
    public static EventFilter Read(ParseResult parsed) => new()
    {
        Id = parsed.GetValue(Id),
        Type = parsed.GetValue(Type),
        Family = parsed.GetValue(Family),
        Source = parsed.GetValue(Source),
        Tenant = parsed.GetValue(Tenant),
        Subject = parsed.GetValue(Subject),
        From = ReadTime(parsed.GetValue(From)),
        To = ReadTime(parsed.GetValue(To)),
        Outcome = parsed.GetValue(Outcome),
        Unrouted = parsed.GetValue(Unrouted) ? true : null,
    };

    /// <summary>A time, or how long ago it was.</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public static DateTimeOffset? ReadTime(string? text)
    {
        if (text is null)
        {
            return null;
        }

        if (TryReadSpan(text, out var ago))
        {
            return DateTimeOffset.UtcNow - ago;
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : throw Wrong(text);
    }

    /// <summary>Where a page ended.</summary>
    /// <exception cref="FormatException">It is no such place.</exception>
    public static EventCursor? ReadCursor(string? text) => text is null ? null : EventCursor.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>A length of time.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static TimeSpan ReadSpan(string text) => TryReadSpan(text, out var span) ? span : throw new FormatException($"'{text}' is no length of time; for example 90m, 12h, 7d.");

    static bool TryReadSpan(string text, out TimeSpan span)
    {
        span = default;
        if (text.Length < 2 || !int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > 100_000)
        {
            return false;
        }

        span = text[^1] switch { 'm' => TimeSpan.FromMinutes(number), 'h' => TimeSpan.FromHours(number), 'd' => TimeSpan.FromDays(number), _ => default };
        return text[^1] is 'm' or 'h' or 'd';
    }

    static FormatException Wrong(string text) => new($"'{text}' is no time; for example 2026-01-31T08:00Z, or 90m, 12h, 7d.");
}
