using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Unicode;

namespace EventBus.Gateway.Ingress;

/// <summary>Reads bodies as JSON (RFC 8259), strictly: UTF-8, at most 64 levels deep, no name twice in one object.</summary>
static class JsonBody
{
    /// <summary>Deepest nesting that is taken.</summary>
    public const int MaxDepth = 64;

    static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    static readonly JsonDocumentOptions Options = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    /// <exception cref="Refusal">400: the body is not such JSON.</exception>
    public static JsonElement Parse(ReadOnlySpan<byte> body)
    {
        // Some Windows tools put a byte order mark before JSON; it says nothing (RFC 8259, 8.1).
        body = body.StartsWith(ByteOrderMark) ? body[ByteOrderMark.Length..] : body;
        if (body.IsEmpty)
        {
            throw Refusal.BadRequest("The body is empty; it has to be JSON.", new FieldError("body", "is empty"));
        }

        if (!Utf8.IsValid(body))
        {
            throw Refusal.BadRequest("The body is not UTF-8.", new FieldError("body", "has bytes that are not valid UTF-8"));
        }

        try
        {
            return JsonElement.Parse(body, Options);
        }
        catch (JsonException e) when (e.LineNumber is { } line)
        {
            throw Refusal.BadRequest(
                $"The body is not JSON, or nested more than {MaxDepth} levels deep.",
                new FieldError("body", $"cannot be read at line {line + 1}, byte {(e.BytePositionInLine ?? 0) + 1}"));
        }
        catch (JsonException)
        {
            throw Refusal.BadRequest("The body has the same name twice in one object.", new FieldError(FindDuplicate(JsonElement.Parse(body), "") ?? "body", "stands more than once"));
        }
        catch (InvalidOperationException)
        {
            throw Refusal.BadRequest("The body has a name that is no text.", new FieldError("body", "has a name with half of a surrogate pair"));
        }
    }

    /// <summary>The path of the first name that stands twice in its object.</summary>
    static string? FindDuplicate(JsonElement element, string path)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var names = new HashSet<string>(StringComparer.Ordinal);
                foreach (var property in element.EnumerateObject())
                {
                    var at = path.Length == 0 ? property.Name : $"{path}.{property.Name}";
                    if (!names.Add(property.Name))
                    {
                        return at;
                    }

                    if (FindDuplicate(property.Value, at) is { } inner)
                    {
                        return inner;
                    }
                }

                return null;
            case JsonValueKind.Array:
                return element.EnumerateArray().Select((item, i) => FindDuplicate(item, $"{path}[{i}]")).FirstOrDefault(found => found is not null);
            default:
                return null;
        }
    }

    /// <summary>Whether a Content-Type says JSON in UTF-8: <c>application/json</c> or anything that ends in <c>+json</c> (RFC 6839, 3.1).</summary>
    public static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && type.MediaType is { } media
        && (media.Equals("application/json", StringComparison.OrdinalIgnoreCase) || media.EndsWith("+json", StringComparison.OrdinalIgnoreCase))
        && IsUtf8(type.CharSet);

    static bool IsUtf8(string? charset) => charset is null || charset.Trim('"').ToUpperInvariant() is "UTF-8" or "UTF8" or "US-ASCII";
}
