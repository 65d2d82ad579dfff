using System.Globalization;
using System.Text.Json;

namespace EventBus.Consumers.Workflows.Expressions;

/// <summary>What conditions compare: text, numbers, true and false. A list or an object is equal to nothing, and neither more nor less.</summary>
static class Scalar
{
    public static bool IsScalar(JsonElement value) => value.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False;

    /// <summary>The text of a string; null where it is none, or has half of a surrogate pair.</summary>
    public static string? TextOf(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    public static bool AreEqual(JsonElement a, JsonElement b) => (a.ValueKind, b.ValueKind) switch
    {
        (JsonValueKind.String, JsonValueKind.String) => TextOf(a) is { } text && string.Equals(text, TextOf(b), StringComparison.Ordinal),
        (JsonValueKind.Number, JsonValueKind.Number) => Compare(a, b) == 0,
        (JsonValueKind.True, JsonValueKind.True) or (JsonValueKind.False, JsonValueKind.False) => true,
        _ => false,
    };

    /// <summary>Numbers by size, times (RFC 3339) by which is earlier; null for anything else.</summary>
    public static int? Compare(JsonElement a, JsonElement b)
    {
        if (a.ValueKind == JsonValueKind.Number && b.ValueKind == JsonValueKind.Number)
        {
            return a.TryGetDecimal(out var x) && b.TryGetDecimal(out var y) ? x.CompareTo(y) : a.GetDouble().CompareTo(b.GetDouble());
        }

        return TimeOf(a) is { } s && TimeOf(b) is { } t ? s.CompareTo(t) : null;
    }

    static DateTimeOffset? TimeOf(JsonElement value) =>
        TextOf(value) is { Length: >= 10 and <= 40 } text && char.IsAsciiDigit(text[0])
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
