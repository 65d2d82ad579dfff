using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using EventBus.Contracts;

namespace EventBus.Gateway.Accepting;

/// <summary>
/// What two sendings of one CloudEvent have in common, whichever mode it comes in: attributes and data. The trace context changes from attempt to attempt, and
/// white space, the order of members, and how characters are escaped mean nothing in JSON.
/// </summary>
static class EventFingerprint
{
    static readonly JsonScratch Scratch = new(new JsonWriterOptions { SkipValidation = true });

    public static string Of(CloudEvent @event) => Scratch.Write(@event, Write, static text =>
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text, hash);
        return Convert.ToHexStringLower(hash[..16]);
    });

    static void Write(Utf8JsonWriter writer, CloudEvent @event)
    {
        writer.WriteStartArray();
        foreach (var attribute in (ReadOnlySpan<string?>)
            [
                @event.Id, @event.Source, @event.Type, @event.Subject, @event.Time, MediaType(@event.DataContentType), @event.DataSchema, @event.Tenant,
                @event.Sequence, @event.NativeType, @event.DataBase64,
            ])
        {
            writer.WriteStringValue(attribute);
        }

        foreach (var (name, value) in @event.Extensions.OrderBy(e => e.Key, StringComparer.Ordinal))
        {
            if (name != "tracestate")
            {
                writer.WriteStringValue(name);
                writer.WriteStringValue(Text(value));
            }
        }

        writer.WriteEndArray();
        if (@event.Data is { } data)
        {
            Write(writer, data);
        }
    }

    /// <summary>In binary mode every attribute is text (CloudEvents HTTP binding 1.0.2, 3.1.3.1).</summary>
    static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetInt32().ToString(CultureInfo.InvariantCulture),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => value.GetString(),
    };

    /// <summary>Absent means JSON, and JSON is UTF-8 (CloudEvents JSON 1.0.2, 3.1; RFC 8259, 8.1).</summary>
    static string MediaType(string? contentType) =>
        contentType is null or "application/json" ? "application/json"
        : MediaTypeHeaderValue.TryParse(contentType, out var type) && type.MediaType is { } media && type.Parameters.All(p => p.Name.Equals("charset", StringComparison.OrdinalIgnoreCase))
            ? media.ToLowerInvariant()
        : contentType;

    static void Write(Utf8JsonWriter writer, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                WriteMembers(writer, element);
                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.String when JsonMarshal.GetRawUtf8Value(element) is var raw && !raw.Contains((byte)'\\'):
                writer.WriteStringValue(raw[1..^1]);
                break;
            case JsonValueKind.String when Payload(element) is { } text:
                writer.WriteStringValue(text);
                break;
            default:
                // Numbers as they are written, too: 1.0 and 1 can mean different things to a receiver.
                RawPayload.Write(writer, element);
                break;
        }
    }

    static void WriteMembers(Utf8JsonWriter writer, JsonElement element)
    {
        var count = element.GetPropertyCount();
        var names = ArrayPool<string>.Shared.Rent(count);
        var values = ArrayPool<JsonElement>.Shared.Rent(count);
        var i = 0;
        foreach (var property in element.EnumerateObject())
        {
            (names[i], values[i]) = (property.Name, property.Value);
            i++;
        }

        Array.Sort(names, values, 0, count, StringComparer.Ordinal);
        for (i = 0; i < count; i++)
        {
            writer.WritePropertyName(names[i]);
            Write(writer, values[i]);
        }

        ArrayPool<string>.Shared.Return(names, clearArray: true);
        ArrayPool<JsonElement>.Shared.Return(values, clearArray: true);
    }

    static string? Payload(JsonElement text)
    {
        try
        {
            return text.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, escaped: it has no other way of writing.
            return null;
        }
    }
}
