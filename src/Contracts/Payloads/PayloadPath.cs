using System.Text.Json;

namespace EventBus.Contracts;

/// <summary>
/// Reads a value out of a sender's payload by a dotted path. Three habits of senders are followed on the way: a step may be part of a dotted
/// key (<c>"customer._id"</c>), a step may land on a text that contains JSON (a Canvas <c>context</c>), and <c>[]</c> behind a
/// step goes through an array, whose elements must agree.
/// </summary>
public static class PayloadPath
{
    /// <summary>The text of the first path that leads to a non-empty string or a number; null where none does.</summary>
    public static string? First(JsonElement? payload, params IEnumerable<string> paths)
    {
        if (payload is not { } root)
        {
            return null;
        }

        foreach (var path in paths)
        {
            if (Scalar(root, path) is { } text)
            {
                return text;
            }
        }

        return null;
    }

    /// <summary>The element at the end of a path without <c>[]</c>, or null.</summary>
    public static JsonElement? Find(JsonElement element, ReadOnlySpan<char> path)
    {
        if (path.IsEmpty)
        {
            return element;
        }

        if (Unwrap(element) is not { } container)
        {
            return null;
        }

        // The longest key first, so that a flat "customer._id" is seen as well as a nested one.
        for (var end = path.Length; end > 0; end = path[..end].LastIndexOf('.'))
        {
            if (TryGet(container, path[..end], out var value)
                && Find(value, end == path.Length ? [] : path[(end + 1)..]) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>A non-empty string or a number as text, or null. A string that is no valid text (a lone surrogate) is none.</summary>
    public static string? Text(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Number => element.GetRawText(),
        JsonValueKind.String when GetString(element) is { Length: > 0 } text => text,
        _ => null,
    };

    static string? Scalar(JsonElement root, string path)
    {
        var array = path.IndexOf("[].", StringComparison.Ordinal);
        if (array < 0)
        {
            return Find(root, path) is { } value && Text(value) is { } text && text[0] is not ('{' or '[') ? text : null;
        }

        if (Find(root, path.AsSpan(0, array)) is not { ValueKind: JsonValueKind.Array } list)
        {
            return null;
        }

        string? common = null;
        var rest = path[(array + 3)..];
        foreach (var item in list.EnumerateArray())
        {
            var text = Scalar(item, rest);
            if (text is null || (common is not null && !string.Equals(common, text, StringComparison.Ordinal)))
            {
                return null;
            }

            common = text;
        }

        return common;
    }

    static bool TryGet(JsonElement container, ReadOnlySpan<char> name, out JsonElement value)
    {
        try
        {
            return container.TryGetProperty(name, out value);
        }
        catch (InvalidOperationException)
        {
            // A text's JSON can have a name with half of a surrogate pair, which nothing compares to.
            value = default;
            return false;
        }
    }

    static JsonElement? Unwrap(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element,
        JsonValueKind.String when GetString(element) is { } text && text.AsSpan().TrimStart().StartsWith('{') => ParseObject(text),
        _ => null,
    };

    static JsonElement? ParseObject(string text)
    {
        try
        {
            var element = JsonElement.Parse(text);
            return element.ValueKind == JsonValueKind.Object ? element : null;
        }
        catch (JsonException)
        {
            // Senders' context may hold text that only looks like JSON; it then says nothing.
            return null;
        }
    }

    /// <summary>A string's text; null where it is no valid text.</summary>
    internal static string? GetString(JsonElement element)
    {
        try
        {
            return element.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
