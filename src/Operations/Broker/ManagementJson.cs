using System.Text.Json;

namespace EventBus.Operations.Broker;

/// <summary>Reads what the management API writes: what it does not know it leaves out, or writes as null, a text or an empty list.</summary>
static class ManagementJson
{
    public static JsonElement? Find(this JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null ? value : null;

    public static long? Number(this JsonElement json, string name) =>
        json.Find(name) is { ValueKind: JsonValueKind.Number } value ? value.TryGetInt64(out var whole) ? whole : (long)value.GetDouble() : null;

    public static string? Text(this JsonElement json, string name) => json.Find(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    public static bool Flag(this JsonElement json, string name) => json.Find(name) is { ValueKind: JsonValueKind.True };

    public static IReadOnlyList<string> Texts(this JsonElement json, string name) =>
        json.Find(name) is { ValueKind: JsonValueKind.Array } value ? [.. value.EnumerateArray().Where(v => v.ValueKind == JsonValueKind.String).Select(v => v.GetString()!)] : [];

    /// <summary>How often a second something of <c>message_stats</c> happens.</summary>
    public static double Rate(this JsonElement json, string name) =>
        json.Find("message_stats")?.Find($"{name}_details")?.Find("rate") is { ValueKind: JsonValueKind.Number } rate ? rate.GetDouble() : 0;

    /// <summary>Arguments as text.</summary>
    public static IReadOnlyDictionary<string, string> Arguments(this JsonElement json, string name) => json.Find(name) is { ValueKind: JsonValueKind.Object } arguments
        ? arguments.EnumerateObject().ToDictionary(a => a.Name, a => a.Value.ValueKind == JsonValueKind.String ? a.Value.GetString()! : a.Value.GetRawText(), StringComparer.Ordinal)
        : new Dictionary<string, string>(StringComparer.Ordinal);
}
