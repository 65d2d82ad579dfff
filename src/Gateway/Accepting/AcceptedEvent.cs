using System.Text.Json;
using System.Text.Json.Serialization;
using EventBus.Contracts;
using EventBus.Gateway.Keys;

namespace EventBus.Gateway.Accepting;

/// <summary>What was answered for an event, and how it was stamped: all that is needed to answer, or to publish, the same again.</summary>
/// <param name="Id">Its id, the sender's or the gateway's.</param>
/// <param name="Type">Its type.</param>
/// <param name="Subject">Its subject.</param>
/// <param name="EventTime">Its time, the sender's or the gateway's.</param>
/// <param name="Time">When it was accepted, in milliseconds since 1970.</param>
/// <param name="Gateway">By which gateway.</param>
/// <param name="Sequence">Its number there.</param>
sealed record AcceptedEvent(string Id, string Type, string? Subject, string? EventTime, long Time, string Gateway, long Sequence)
{
    public static AcceptedEvent Of(CloudEvent @event, Acceptance acceptance) =>
        new(@event.Id, @event.Type, @event.Subject, @event.Time, acceptance.Time.ToUnixTimeMilliseconds(), acceptance.Gateway, acceptance.Sequence);

    /// <summary>The event as it was accepted: the stamp, and id and time where the gateway had made them.</summary>
    public CloudEvent On(CloudEvent @event, Caller publisher) =>
        new Acceptance(DateTimeOffset.FromUnixTimeMilliseconds(Time), Gateway, Sequence, publisher.Name).On(@event) with { Id = Id, Time = EventTime };

    public static byte[] Write(IReadOnlyList<AcceptedEvent> events) => JsonSerializer.SerializeToUtf8Bytes(events, AcceptedEventJson.Default.IReadOnlyListAcceptedEvent);

    public static IReadOnlyList<AcceptedEvent> Read(byte[] json) => JsonSerializer.Deserialize(json, AcceptedEventJson.Default.IReadOnlyListAcceptedEvent) ?? [];
}

[JsonSerializable(typeof(IReadOnlyList<AcceptedEvent>))]
sealed partial class AcceptedEventJson : JsonSerializerContext;
