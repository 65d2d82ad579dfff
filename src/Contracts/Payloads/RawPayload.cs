using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventBus.Contracts;

/// <summary>
/// Writes a part of a payload as it came, byte for byte. The framework's own converter refuses a text with half of a surrogate pair, which senders make
/// where they cut a text in the middle of a character.
/// </summary>
public sealed class RawPayload : JsonConverter<JsonElement>
{
    /// <summary>How deep JSON may be that holds a payload: deeper than anything that the gateway takes, so that what was accepted can always be read again.</summary>
    public const int MaxDepth = 256;

    /// <summary>Reads such JSON.</summary>
    public static JsonDocumentOptions ReadOptions { get; } = new() { MaxDepth = MaxDepth };

    /// <summary>Writes an element as it came.</summary>
    public static void Write(Utf8JsonWriter writer, JsonElement element)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(element), skipInputValidation: true);
    }

    /// <inheritdoc/>
    public override JsonElement Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => JsonElement.ParseValue(ref reader);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, JsonElement value, JsonSerializerOptions options) => Write(writer, value);
}
