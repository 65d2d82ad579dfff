using System.Buffers;
using System.Text.Json;
using EventBus.Bench.Load;
using EventBus.Contracts;

namespace EventBus.Bench.Servers;

/// <summary>How the twin reads what the practice systems send: by a table of their names, into the same CloudEvent.</summary>
static class TwinNative
{
    const string CarePortals = "/v1/careportals/";

    static readonly Dictionary<(string Source, string Name), (string Type, string[][] Subject)> Names = Catalog.Events.Where(e => e.IsSent)
        .ToDictionary(e => (e.Source, e.Name), e => (e.Type, e.Subject.Select(path => path.Split('.')).ToArray()));

    public static TwinEvent Read(string path, JsonElement root, byte[] body)
    {
        var (source, name) = path.StartsWith(CarePortals, StringComparison.Ordinal) ? ("careportals", path[CarePortals.Length..])
            : path == "/v1/canvas" ? ("canvas", root.GetProperty("type"u8).GetString()!)
            : ("smartflowsheet", root.GetProperty("eventType"u8).GetString()!);
        var (type, paths) = Names[(source, name)];
        var subject = paths.Select(p => Find(root, p)).FirstOrDefault(s => s is not null);
        var id = Guid.CreateVersion7().ToString();
        var json = new ArrayBufferWriter<byte>(body.Length + 512);
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteString("specversion"u8, "1.0"u8);
            writer.WriteString("id"u8, id);
            writer.WriteString("source"u8, source);
            writer.WriteString("type"u8, type);
            if (subject is not null)
            {
                writer.WriteString("subject"u8, subject);
            }

            writer.WriteString("time"u8, DateTime.UtcNow);
            writer.WriteString("datacontenttype"u8, "application/json"u8);
            writer.WriteString("nativetype"u8, name);
            writer.WritePropertyName("data"u8);
            writer.WriteRawValue(body, skipInputValidation: true);
            writer.WriteEndObject();
        }

        return new TwinEvent(id, source, type, subject, AcceptanceStamp.On(json.WrittenSpan));
    }

    static string? Find(JsonElement element, string[] path)
    {
        foreach (var name in path)
        {
            if (element.ValueKind == JsonValueKind.String && element.GetString() is ['{', ..] text)
            {
                // Canvas's context can be a string of JSON.
                element = JsonElement.Parse(text);
            }

            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
            {
                return null;
            }
        }

        return element.ValueKind switch
        {
            JsonValueKind.String => element.GetString(),
            JsonValueKind.Number => element.GetRawText(),
            _ => null,
        };
    }
}
