using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace EventBus.Contracts;

/// <summary>
/// Writes and reads events in the CloudEvents JSON format
/// (<see href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md">CloudEvents JSON 1.0.2</see>), the form in which they
/// travel. The payload is copied byte for byte, in both directions.
/// </summary>
public static class EventJson
{
    /// <summary>Media type of one event (CloudEvents JSON 1.0.2, 3).</summary>
    public const string MediaType = "application/cloudevents+json";

    /// <summary>Media type of an array of events (CloudEvents JSON 1.0.2, 4).</summary>
    public const string BatchMediaType = "application/cloudevents-batch+json";

    /// <summary>A time as the attribute <c>time</c> of our own events has it: RFC 3339, in UTC, to the millisecond.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    static readonly JsonScratch Scratch = new(new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });

    /// <summary>The event as UTF-8 JSON.</summary>
    public static byte[] ToUtf8Bytes(CloudEvent @event) => Scratch.Write(@event, Write, static text => text.ToArray());

    /// <summary>Reads one event.</summary>
    /// <exception cref="JsonException">The text is not JSON, or not a CloudEvent; the message names the attributes, never their values.</exception>
    public static CloudEvent Parse(ReadOnlySpan<byte> utf8)
    {
        if (!Utf8.IsValid(utf8))
        {
            throw new JsonException("Not a CloudEvent: the text is not UTF-8.");
        }

        var result = EventReader.Read(JsonElement.Parse(utf8, RawPayload.ReadOptions));
        return result.Event ?? throw new JsonException($"Not a CloudEvent: {string.Join("; ", result.Errors)}");
    }

    /// <summary>Writes the event as a JSON object.</summary>
    public static void Write(Utf8JsonWriter writer, CloudEvent @event)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(@event);
        writer.WriteStartObject();
        writer.WriteString("specversion"u8, "1.0"u8);
        writer.WriteString("id"u8, @event.Id);
        writer.WriteString("source"u8, @event.Source);
        writer.WriteString("type"u8, @event.Type);
        WriteOptional(writer, "subject"u8, @event.Subject);
        WriteOptional(writer, "time"u8, @event.Time);
        WriteOptional(writer, "datacontenttype"u8, @event.DataContentType);
        WriteOptional(writer, "dataschema"u8, @event.DataSchema);
        WriteOptional(writer, "tenant"u8, @event.Tenant);
        WriteOptional(writer, "traceparent"u8, @event.TraceParent);
        WriteOptional(writer, "sequence"u8, @event.Sequence);
        WriteOptional(writer, "nativetype"u8, @event.NativeType);
        @event.Acceptance?.Write(writer);
        foreach (var (name, value) in @event.Extensions)
        {
            writer.WritePropertyName(name);
            RawPayload.Write(writer, value);
        }

        if (@event.Data is { } data)
        {
            writer.WritePropertyName("data"u8);
            RawPayload.Write(writer, data);
        }

        WriteOptional(writer, "data_base64"u8, @event.DataBase64);
        writer.WriteEndObject();
    }

    static void WriteOptional(Utf8JsonWriter writer, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }
}
