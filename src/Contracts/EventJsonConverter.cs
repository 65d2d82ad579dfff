using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventBus.Contracts;

/// <summary>Lets System.Text.Json write and read events as <see cref="EventJson"/> does.</summary>
/// <typeparam name="TEvent">The contract, or <see cref="CloudEvent"/> for whichever the type names.</typeparam>
public sealed class EventJsonConverter<TEvent> : JsonConverter<TEvent>
    where TEvent : CloudEvent
{
    /// <inheritdoc/>
    public override TEvent Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var result = EventReader.Read(JsonElement.ParseValue(ref reader));
        return result.Event switch
        {
            null => throw new JsonException($"Not a CloudEvent: {string.Join("; ", result.Errors)}"),
            TEvent read => read,
            var other => throw new JsonException($"The type names the contract {other.GetType().Name}, not {typeof(TEvent).Name}."),
        };
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, TEvent value, JsonSerializerOptions options) => EventJson.Write(writer, value);
}
