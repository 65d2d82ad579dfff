using System.Text.Json;

namespace EventBus.Tests.Contracts;

/// <summary>As much of JSON Schema (draft 2020-12) as the catalog's schemas use.</summary>
static class Schema
{
    static readonly HashSet<string> Annotations = new(StringComparer.Ordinal) { "$schema", "title", "description", "format", "default" };

    /// <summary>Where a document breaks a schema; empty where it fits.</summary>
    public static IEnumerable<string> Violations(JsonElement schema, JsonElement value, string at = "$")
    {
        if (schema.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return schema.ValueKind == JsonValueKind.True ? [] : [$"{at} must not be there"];
        }

        return schema.EnumerateObject().SelectMany(keyword => keyword.Name switch
        {
            "type" => Texts(keyword.Value).Any(t => IsOfType(value, t)) ? [] : [$"{at} is no {keyword.Value}"],
            "const" => JsonElement.DeepEquals(keyword.Value, value) ? [] : [$"{at} is not {keyword.Value}"],
            "minLength" => value.ValueKind != JsonValueKind.String || value.GetString()!.Length >= keyword.Value.GetInt32() ? [] : [$"{at} is too short"],
            "required" => value.ValueKind != JsonValueKind.Object ? [] : Texts(keyword.Value).Where(n => !value.TryGetProperty(n, out _)).Select(n => $"{at}.{n} is missing"),
            "properties" => Members(value).Where(m => keyword.Value.TryGetProperty(m.Name, out _))
                .SelectMany(m => Violations(keyword.Value.GetProperty(m.Name), m.Value, $"{at}.{m.Name}")),
            "additionalProperties" => Members(value).Where(m => !schema.TryGetProperty("properties", out var known) || !known.TryGetProperty(m.Name, out _))
                .SelectMany(m => Violations(keyword.Value, m.Value, $"{at}.{m.Name}")),
            var name => Annotations.Contains(name) ? Enumerable.Empty<string>() : [$"{at}: the test does not know the keyword {name}"],
        });
    }

    static IEnumerable<JsonProperty> Members(JsonElement value) => value.ValueKind == JsonValueKind.Object ? value.EnumerateObject() : Enumerable.Empty<JsonProperty>();

    static IEnumerable<string> Texts(JsonElement oneOrMore) =>
        oneOrMore.ValueKind == JsonValueKind.Array ? oneOrMore.EnumerateArray().Select(e => e.GetString()!) : [oneOrMore.GetString()!];

    static bool IsOfType(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => value.ValueKind == JsonValueKind.Null,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        _ => false,
    };
}
