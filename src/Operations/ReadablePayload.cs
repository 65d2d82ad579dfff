using System.Text.Json;
using System.Text.Json.Serialization;
using EventBus.Contracts;

namespace EventBus.Operations;

/// <summary>Writes a part of a payload for people: indented where the writer indents, escapes as the characters that they mean. A text with half of a surrogate pair, which means no character, is written as it came.</summary>
public sealed class ReadablePayload : JsonConverter<JsonElement>
{
    /// <inheritdoc/>
    public override JsonElement Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => JsonElement.ParseValue(ref reader);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, JsonElement value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in value.EnumerateObject())
                {
                    writer.WritePropertyName(member.Name);
                    Write(writer, member.Value, options);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                {
                    Write(writer, item, options);
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.String when PayloadPath.Text(value) is null && value.GetRawText() != "\"\"":
                RawPayload.Write(writer, value);
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }
}
