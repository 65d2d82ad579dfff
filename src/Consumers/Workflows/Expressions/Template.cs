using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace EventBus.Consumers.Workflows.Expressions;

/// <summary>JSON with placeholders in its texts. Nothing but values of events is put in, and what comes of it has a limit in size and depth.</summary>
sealed class Template(JsonElement source, IReadOnlyDictionary<string, PlaceholderText> texts)
{
    /// <summary>The largest that may come of one, in bytes.</summary>
    public const int MaxBytes = 256 * 1024;

    /// <summary>The deepest; what travels on the bus may be deeper.</summary>
    const int MaxDepth = 128;

    static readonly JsonWriterOptions WriteOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
    static readonly JsonDocumentOptions ReadOptions = new() { MaxDepth = MaxDepth };

    /// <summary>Every placeholder in it.</summary>
    public IEnumerable<Placeholder> Placeholders => texts.Values.SelectMany(t => t.Placeholders);

    /// <summary>Puts the values in.</summary>
    /// <exception cref="StepFailedException">A value is missing or does not fit, or too much comes of it; the message names paths, never values.</exception>
    public JsonElement Render(Scope scope)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, WriteOptions))
        {
            Write(writer, source, scope);
        }

        try
        {
            return JsonElement.Parse(buffer.WrittenSpan, ReadOptions);
        }
        catch (JsonException)
        {
            throw new StepFailedException($"what comes of the template is deeper than {MaxDepth} levels");
        }
    }

    void Write(Utf8JsonWriter writer, JsonElement element, Scope scope)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var property in element.EnumerateObject())
                {
                    writer.WritePropertyName(property.Name);
                    Write(writer, property.Value, scope);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                {
                    Write(writer, item, scope);
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.String when texts.TryGetValue(element.GetString()!, out var text):
                Write(writer, text, scope);
                break;
            default:
                Raw(writer, element);
                break;
        }

        Limit(writer.BytesCommitted + writer.BytesPending);
    }

    static void Write(Utf8JsonWriter writer, PlaceholderText text, Scope scope)
    {
        if (text.Alone is { } alone)
        {
            if (alone.Path.Find(scope) is { } value)
            {
                Raw(writer, value);
            }
            else if (alone.Otherwise is { Length: > 0 } otherwise)
            {
                writer.WriteStringValue(otherwise);
            }
            else if (alone.Otherwise is not null)
            {
                writer.WriteNullValue();
            }
            else
            {
                throw new StepFailedException($"{alone.Path.Text} has no value");
            }

            return;
        }

        var result = new StringBuilder();
        foreach (var (literal, placeholder) in text.Parts)
        {
            result.Append(literal);
            if (placeholder is not null)
            {
                result.Append(TextOf(placeholder, scope));
            }

            Limit(result.Length);
        }

        writer.WriteStringValue(result.ToString());
    }

    static string TextOf(Placeholder placeholder, Scope scope)
    {
        if (placeholder.Path.Find(scope) is not { } value)
        {
            return placeholder.Otherwise ?? throw new StepFailedException($"{placeholder.Path.Text} has no value");
        }

        return value.ValueKind switch
        {
            JsonValueKind.Object or JsonValueKind.Array => throw new StepFailedException($"{placeholder.Path.Text} is a list or an object, which cannot stand within a text"),
            JsonValueKind.String => Scalar.TextOf(value) ?? throw new StepFailedException($"{placeholder.Path.Text} is no valid text"),
            _ => value.GetRawText(),
        };
    }

    static void Raw(Utf8JsonWriter writer, JsonElement value)
    {
        var raw = JsonMarshal.GetRawUtf8Value(value);
        Limit(raw.Length);
        writer.WriteRawValue(raw, skipInputValidation: true);
    }

    static void Limit(long bytes)
    {
        if (bytes > MaxBytes)
        {
            throw new StepFailedException($"what comes of the template is larger than {MaxBytes / 1024} KiB");
        }
    }
}
