using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using EventBus.Consumers.Hosting.Reactions;
using EventBus.Contracts;

namespace EventBus.Consumers.Treatments;

/// <summary>What became of each treatment of an operation, as Smart Flow Sheet is to be told: all that it sent, with a status and a message on each treatment.</summary>
static class OperationResult
{
    const string StatusField = "asyncOperationStatus";
    const string MessageField = "asyncOperationMessage";

    /// <summary>Whether the sender of the event waits for one. An operation without treatments has one, too.</summary>
    public static bool IsAsked(CloudEvent @event) => @event is TreatmentEvent { Change: TreatmentChange.RecordsEntered, Replay: null, Data: { ValueKind: JsonValueKind.Object } data }
        && data.TryGetProperty("object", out var operation) && operation.ValueKind == JsonValueKind.Object
        && operation.TryGetProperty("treatments", out var treatments) && treatments.ValueKind == JsonValueKind.Array;

    /// <summary>The event that carries it; from there it is brought like any event.</summary>
    /// <param name="event">The operation.</param>
    /// <param name="outcomes">What became of each treatment, by its place.</param>
    /// <param name="now">The time.</param>
    public static TreatmentEvent Of(TreatmentEvent @event, IReadOnlyDictionary<int, TreatmentOutcome> outcomes, DateTimeOffset now)
    {
        return new TreatmentEvent
        {
            Id = $"{Reaction.EntryOf(@event)}.result",
            Source = "/eventbus/treatments",
            Type = EventTypes.EventBus.TreatmentRecordsProcessed,
            Tenant = @event.Tenant,
            Subject = @event.Subject,
            Time = EventJson.Time(now),
            Data = JsonElement.Parse(Write(@event.Data!.Value, outcomes), RawPayload.ReadOptions),
        };
    }

    static byte[] Write(JsonElement payload, IReadOnlyDictionary<int, TreatmentOutcome> outcomes)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            Copy(writer, payload, "object", operation => Copy(writer, operation, "treatments", treatments =>
            {
                writer.WriteStartArray();
                foreach (var (place, treatment) in treatments.EnumerateArray().Index())
                {
                    Write(writer, treatment, outcomes[place]);
                }

                writer.WriteEndArray();
            }));
        }

        return buffer.WrittenSpan.ToArray();
    }

    static void Write(Utf8JsonWriter writer, JsonElement treatment, TreatmentOutcome outcome)
    {
        if (treatment.ValueKind != JsonValueKind.Object)
        {
            RawPayload.Write(writer, treatment);
            return;
        }

        writer.WriteStartObject();
        foreach (var member in treatment.EnumerateObject().Where(m => m.Name is not (StatusField or MessageField)))
        {
            Copy(writer, member);
        }

        writer.WriteNumber(StatusField, outcome.Status);
        writer.WriteString(MessageField, outcome.Message);
        writer.WriteEndObject();
    }

    /// <summary>Copies an object, but for one member, which is written anew.</summary>
    static void Copy(Utf8JsonWriter writer, JsonElement from, string name, Action<JsonElement> write)
    {
        writer.WriteStartObject();
        foreach (var member in from.EnumerateObject())
        {
            if (member.Name == name)
            {
                writer.WritePropertyName(name);
                write(member.Value);
            }
            else
            {
                Copy(writer, member);
            }
        }

        writer.WriteEndObject();
    }

    static void Copy(Utf8JsonWriter writer, JsonProperty member)
    {
        writer.WritePropertyName(member.Name);
        RawPayload.Write(writer, member.Value);
    }
}

/// <summary>What became of one treatment.</summary>
/// <param name="Status">0: it was recorded; negative: it was not.</param>
/// <param name="Message">What there is to say of it; null where there is nothing.</param>
sealed record TreatmentOutcome(int Status, string? Message)
{
    public static TreatmentOutcome Recorded { get; } = new(0, null);

    public static TreatmentOutcome RecordedLate { get; } = new(0, "Recorded after the discharge.");

    public static TreatmentOutcome Missing(string field) => new(-1, $"Not recorded: {field} is missing.");
}
