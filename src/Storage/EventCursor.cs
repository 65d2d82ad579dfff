using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;

namespace EventBus.Storage;

/// <summary>A place among archived events, the newest first: by when they were accepted, and by position where that is the same.</summary>
/// <param name="AcceptedAt">In milliseconds since 1970-01-01 UTC.</param>
/// <param name="Position">The position.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct EventCursor(long AcceptedAt, long Position) : IParsable<EventCursor>
{
    /// <summary>Before the newest.</summary>
    internal static readonly EventCursor Newest = new(long.MaxValue, long.MaxValue);

    /// <summary>Behind the oldest.</summary>
    internal static readonly EventCursor Oldest = new(long.MinValue, long.MinValue);

    /// <summary>Behind what was accepted at a time or later, and before all else.</summary>
    internal static EventCursor At(DateTimeOffset time) => new(time.ToUnixTimeMilliseconds(), long.MinValue);

    /// <summary>The place of an event.</summary>
    public static EventCursor Of(StoredEvent @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        return new EventCursor(@event.AcceptedAt, @event.Position);
    }

    /// <inheritdoc/>
    public static EventCursor Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var cursor) ? cursor : throw new FormatException("A place among events is written as the page before says it, for example 1769846400000.1234.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out EventCursor result)
    {
        result = default;
        if (s?.Split('.') is not [var at, var position]
            || !long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var acceptedAt) || !long.TryParse(position, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        result = new EventCursor(acceptedAt, number);
        return true;
    }

    /// <summary>As it is parsed.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{AcceptedAt}.{Position}");
}
