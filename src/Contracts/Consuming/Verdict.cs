using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventBus.Contracts;

/// <summary>What a responder says of an event whose sender waits for the outcome. Its texts go to the sender, and nowhere else.</summary>
/// <param name="IsAccepted">Whether the responder will do what the event asks for, if all others do.</param>
/// <param name="Reason">Why not, in words for whoever sent it.</param>
/// <param name="Fields">Why not, by field of the payload.</param>
public sealed record Verdict(bool IsAccepted, string? Reason = null, IReadOnlyDictionary<string, string>? Fields = null)
{
    /// <summary>The responder will do it.</summary>
    public static Verdict Accept { get; } = new(true);

    /// <summary>An earlier event of the same subject failed and is tried again, so this one cannot be done now.</summary>
    public static Verdict RefuseHeld { get; } = Refuse("An earlier event of the same subject failed and is tried again; this one would have to wait for it.");

    /// <summary>The responder will not, for a reason.</summary>
    /// <param name="reason">In words for whoever sent the event.</param>
    /// <param name="fields">Reasons for single fields of the payload, by their names.</param>
    public static Verdict Refuse(string reason, IReadOnlyDictionary<string, string>? fields = null) => new(false, reason, fields);
}

/// <summary>A verdict on its way to the gateway that waits for it; it travels as an event of type <see cref="Type"/> whose subject is the key of the event that it is about.</summary>
/// <param name="EventKey">What the event is known by at consumers.</param>
/// <param name="Consumer">Who says so.</param>
/// <param name="Verdict">What it says.</param>
public sealed record EventVerdict(string EventKey, string Consumer, Verdict Verdict)
{
    /// <summary>The type of the event that carries it.</summary>
    public const string Type = "eventbus.answer.verdict";

    static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>As an event.</summary>
    public CloudEvent ToEvent() => new UnclassifiedEvent { Source = "eventbus", Type = Type, Subject = EventKey, Data = JsonSerializer.SerializeToElement(new Body(Consumer, Verdict), Options) };

    /// <summary>What such an event says; null where it is none.</summary>
    public static EventVerdict? Of(CloudEvent? @event) =>
        @event is { Type: Type, Subject: { } key, Data: { ValueKind: JsonValueKind.Object } data } && data.Deserialize<Body>(Options) is { Consumer: not null, Verdict: not null } body
            ? new EventVerdict(key, body.Consumer, body.Verdict)
            : null;

    sealed record Body(string Consumer, Verdict Verdict);
}
