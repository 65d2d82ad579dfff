using System.Globalization;

namespace EventBus.Consumers.Workflows.Definitions;

/// <summary>How long something lasts, as definitions write it: <c>3d</c>, <c>2h30m</c>, <c>90s</c>.</summary>
static class Duration
{
    public const string Rule = "is not a time of 1s to 365d in days, hours, minutes and seconds; for example 3d, 2h30m or 90s";

    /// <summary>A year in seconds.</summary>
    const int MaxNumber = 365 * 24 * 60 * 60;

    static readonly (char Unit, TimeSpan Length)[] Units = [('d', TimeSpan.FromDays(1)), ('h', TimeSpan.FromHours(1)), ('m', TimeSpan.FromMinutes(1)), ('s', TimeSpan.FromSeconds(1))];

    /// <summary>Reads one; each unit once, the longest first.</summary>
    public static TimeSpan? Read(string text)
    {
        var (total, next, position) = (TimeSpan.Zero, 0, 0);
        while (position < text.Length)
        {
            var digits = text.AsSpan(position).IndexOfAnyExceptInRange('0', '9');
            var unit = digits <= 0 ? -1 : Array.FindIndex(Units, next, u => u.Unit == text[position + digits]);
            if (unit < 0 || !int.TryParse(text.AsSpan(position, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > MaxNumber)
            {
                return null;
            }

            total += number * Units[unit].Length;
            next = unit + 1;
            position += digits + 1;
        }

        return total >= TimeSpan.FromSeconds(1) && total <= TimeSpan.FromDays(365) ? total : null;
    }
}
