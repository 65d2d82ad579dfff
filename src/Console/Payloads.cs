using System.Text.Encodings.Web;
using System.Text.Json;
using EventBus.Contracts;
using EventBus.Operations;

namespace EventBus.OperatorConsole;

/// <summary>Payloads as people read and edit them.</summary>
static class Payloads
{
    const string Data = "data";

    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = RawPayload.MaxDepth, Converters = { new ReadablePayload() } };
    static readonly JsonSerializerOptions Compact = new(Indented) { WriteIndented = false };

    /// <summary>The event's data, indented.</summary>
    public static string Show(byte[] body)
    {
        using var json = JsonDocument.Parse(body, RawPayload.ReadOptions);
        return json.RootElement.TryGetProperty(Data, out var data) ? JsonSerializer.Serialize(data, Indented)
            : json.RootElement.TryGetProperty("data_base64", out var bytes) ? $"Not JSON; in base64:\n{bytes.GetString()}"
            : "The event has no payload.";
    }

    /// <summary>Whether the data can be edited as JSON.</summary>
    public static bool CanEdit(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body, RawPayload.ReadOptions);
            return json.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty(Data, out _);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The same event with other data; null where that is no JSON.</summary>
    public static byte[]? WithData(byte[] body, string data)
    {
        try
        {
            var members = JsonElement.Parse(body, RawPayload.ReadOptions).EnumerateObject().ToDictionary(m => m.Name, m => m.Value, StringComparer.Ordinal);
            members[Data] = JsonElement.Parse(data, RawPayload.ReadOptions);
            return JsonSerializer.SerializeToUtf8Bytes(members, Compact);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
