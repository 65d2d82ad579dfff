using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EventBus.OperatorConsole;

/// <summary>Payloads as people read and edit them.</summary>
static class Payloads
{
    const string Data = "data";

    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 256 };
    static readonly JsonSerializerOptions Compact = new(Indented) { WriteIndented = false };
    static readonly JsonDocumentOptions Deep = new() { MaxDepth = 256 };

    /// <summary>The event's data, indented.</summary>
    public static string Show(byte[] body)
    {
        using var json = JsonDocument.Parse(body, Deep);
        return json.RootElement.TryGetProperty(Data, out var data) ? JsonSerializer.Serialize(data, Indented)
            : json.RootElement.TryGetProperty("data_base64", out var bytes) ? $"Not JSON; in base64:\n{bytes.GetString()}"
            : "The event has no payload.";
    }

    /// <summary>Whether the data can be edited as JSON.</summary>
    public static bool CanEdit(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body, Deep);
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
            var root = JsonNode.Parse(body, documentOptions: Deep)!.AsObject();
            root[Data] = JsonNode.Parse(data, documentOptions: Deep);
            return JsonSerializer.SerializeToUtf8Bytes(root, Compact);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
