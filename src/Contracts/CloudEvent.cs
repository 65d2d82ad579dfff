using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventBus.Contracts;

/// <summary>
/// One event: a CloudEvents 1.0 event (<see href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md">CNCF CloudEvents 1.0.2</see>)
/// whose payload is kept exactly as its sender wrote it. The derived records, one per <see cref="Contracts.Family"/>, add typed views of it.
/// </summary>
[JsonConverter(typeof(EventJsonConverter<CloudEvent>))]
public abstract record CloudEvent
{
    /// <summary>Starts an event of our own; <see cref="Source"/> and <see cref="Type"/> have to be given.</summary>
    protected CloudEvent()
    {
        Id = Guid.CreateVersion7().ToString();
    }

    /// <summary>Starts an event that has an id already, without making one.</summary>
    private protected CloudEvent(string id)
    {
        Id = id;
    }

    /// <summary>Identifies the event together with <see cref="Source"/> (CloudEvents 1.0, 3.1 <c>id</c>). By default a time-ordered UUID (RFC 9562, version 7).</summary>
    public string Id { get; init; }

    /// <summary>Where the event happened, a URI reference (CloudEvents 1.0, 3.1 <c>source</c>): <c>canvas</c>, <c>careportals</c>, <c>smartflowsheet</c>, or a service's own.</summary>
    public required string Source { get; init; }

    /// <summary>What happened, lower case and dotted: <c>source.family.what</c>. Also the routing key, so at most 255 bytes of UTF-8.</summary>
    public required string Type { get; init; }

    /// <summary>What the event is about, and what its order is kept by: a patient, an order, a command. Null where there is none.</summary>
    public string? Subject { get; init; }

    /// <summary>When it happened, as written (RFC 3339), with every digit; <see cref="Timestamp"/> reads it.</summary>
    public string? Time { get; init; }

    /// <summary>Media type of the data; null means <c>application/json</c>.</summary>
    public string? DataContentType { get; init; }

    /// <summary>URI of the schema that the data follows, where the sender names one.</summary>
    public string? DataSchema { get; init; }

    /// <summary>The clinic or instance that the event belongs to.</summary>
    public string? Tenant { get; init; }

    /// <summary>W3C trace context of whoever caused the event (CloudEvents distributed tracing extension).</summary>
    public string? TraceParent { get; init; }

    /// <summary>Position in an order that the sender keeps (CloudEvents sequence extension).</summary>
    public string? Sequence { get; init; }

    /// <summary>The name that the sender used, letter for letter: <c>PRESCRIBE_COMMAND__POST_COMMIT</c>.</summary>
    public string? NativeType { get; init; }

    /// <summary>Further CloudEvents attributes, by name; values are strings, booleans or integers.</summary>
    public IReadOnlyDictionary<string, JsonElement> Extensions { get; init; } = FrozenDictionary<string, JsonElement>.Empty;

    /// <summary>The sender's payload, byte for byte. Null where the event has none; a JSON null is an element of kind <see cref="JsonValueKind.Null"/>.</summary>
    public JsonElement? Data { get; init; }

    /// <summary>A payload that is not JSON, in base64 (CloudEvents JSON format 3.1.1 <c>data_base64</c>).</summary>
    public string? DataBase64 { get; init; }

    /// <summary>What a gateway noted when it accepted the event; null where a service published it without one.</summary>
    public Acceptance? Acceptance { get; init; }

    /// <summary>The replay that the event belongs to (extension attribute <see cref="ReplayName"/>); null for one that comes for the first time.</summary>
    public string? Replay => TextOf(ReplayName);

    /// <summary>The attribute that names the replay.</summary>
    public const string ReplayName = "replay";

    /// <summary>Where the gateway that accepted it waits for what its responders say (extension attribute <see cref="AnswerToName"/>); null where nobody waits.</summary>
    public string? AnswerTo => TextOf(AnswerToName);

    /// <summary>The attribute that says where an answer is awaited. It is not shown to endpoints.</summary>
    public const string AnswerToName = "eventbusanswerto";

    /// <summary>The family that <see cref="Type"/> belongs to.</summary>
    public Family Family => Family.Of(Type);

    /// <summary>The words of <see cref="Type"/> behind the family: <c>prescribe.post_commit</c>. Empty where there are none.</summary>
    public string What => Type.Split('.', 3) is [_, var family, var what] && Family.Find(family) is not null ? what : "";

    /// <summary><see cref="Time"/> as an instant, to 100 ns; null where the sender gave none.</summary>
    public DateTimeOffset? Timestamp =>
        DateTimeOffset.TryParse(Time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    /// <summary>The only endpoint that it is for (extension attribute <see cref="OnlyToName"/>), whichever others ask for its type; null for all that do.</summary>
    public string? OnlyTo => TextOf(OnlyToName);

    /// <summary>The attribute that names the endpoint.</summary>
    public const string OnlyToName = "eventbusonlyto";

    /// <summary>The same event as the record of the family that its type belongs to.</summary>
    public CloudEvent Classify() => GetType() == Family.Contract ? this : Family.Create(this);

    /// <summary>The same event with an extension attribute, in place of any of that name.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value; null: without it.</param>
    public CloudEvent WithExtension(string name, string? value)
    {
        if (value is null && !Extensions.ContainsKey(name))
        {
            return this;
        }

        var extensions = new Dictionary<string, JsonElement>(Extensions, StringComparer.Ordinal);
        extensions.Remove(name);
        if (value is not null)
        {
            extensions.Add(name, JsonSerializer.SerializeToElement(value));
        }

        return this with { Extensions = extensions };
    }

    /// <summary>Type and id only: an event's text never shows what it carries.</summary>
    public sealed override string ToString() => $"{Type} {Id}";

    string? TextOf(string extension) => Extensions.TryGetValue(extension, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
