namespace EventBus.OperatorConsole.Components;

/// <summary>Times and numbers in few letters.</summary>
static class Times
{
    /// <summary>How long ago, or until when: <c>12 s ago</c>, <c>in 5 min</c>.</summary>
    public static string Ago(long at, DateTimeOffset now)
    {
        var span = now - DateTimeOffset.FromUnixTimeMilliseconds(at);
        return span < TimeSpan.FromSeconds(-1) ? $"in {Length(-span)}" : span < TimeSpan.FromSeconds(1) ? "now" : $"{Length(span)} ago";
    }

    /// <summary>A time in its largest unit: <c>12 s</c>, <c>5 min</c>, <c>3 h</c>, <c>4 d</c>.</summary>
    public static string Length(TimeSpan span) => span.TotalSeconds < 100 ? $"{(int)span.TotalSeconds} s"
        : span.TotalMinutes < 100 ? $"{(int)span.TotalMinutes} min"
        : span.TotalHours < 48 ? $"{(int)span.TotalHours} h"
        : $"{(int)span.TotalDays} d";

    /// <summary>A rate a second, with a digit behind the point where it is small.</summary>
    public static string Rate(double rate) => rate is > 0 and < 0.05 ? "< 0.1" : rate is > 0 and < 10 ? rate.ToString("0.0") : rate.ToString("#,0");

    /// <summary>Bytes in their largest unit: <c>1.4 GB</c>.</summary>
    public static string Bytes(long bytes) => bytes < 1_000_000_000 ? $"{Math.Max(0, bytes) / 1_000_000} MB" : $"{bytes / 1_000_000_000.0:#,0.0} GB";

    /// <summary>A number with its thousands apart.</summary>
    public static string Number(long number) => number.ToString("#,0").Replace(',', '\u202f');
}
