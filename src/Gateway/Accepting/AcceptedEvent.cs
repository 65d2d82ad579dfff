using System.Text.Json;
using System.Text.Json.Serialization;
using EventBus.Contracts;
using EventBus.Gateway.Keys;

namespace EventBus.Gateway.Accepting;

/// <summary>How an event was stamped: with what is sent again, all that is needed to answer, or to publish, the same.</summary>
/// <param name="Id">Its id, the sender's or the gateway's.</param>
/// <param name="EventTime">Its time, the sender's or the gateway's.</param>
/// <param name="Time">When it was accepted, in milliseconds since 1970.</param>
/// <param name="Gateway">By which gateway.</param>
/// <param name="Sequence">Its number there.</param>
sealed record AcceptedEvent(string Id, string? EventTime, long Time, string Gateway, long Sequence)
{
    public static AcceptedEvent Of(CloudEvent @event, Acceptance acceptance) =>
        new(@event.Id, @event.Time, acceptance.Time.ToUnixTimeMilliseconds(), acceptance.Gateway, acceptance.Sequence);

    /// <summary>The event as it was accepted: the stamp, and id and time where the gateway had made them.</summary>
    public CloudEvent On(CloudEvent @event, Caller publisher) =>
        new Acceptance(DateTimeOffset.FromUnixTimeMilliseconds(Time), Gateway, Sequence, publisher.Name).On(@event) with { Id = Id, Time = EventTime };

    public static byte[] Write(IReadOnlyList<AcceptedEvent> events) => JsonSerializer.SerializeToUtf8Bytes(events, AcceptedEventJson.Default.IReadOnlyListAcceptedEvent);

    public static IReadOnlyList<AcceptedEvent> Read(byte[] json) => JsonSerializer.Deserialize(json, AcceptedEventJson.Default.IReadOnlyListAcceptedEvent) ?? [];
}

[JsonSerializable(typeof(IReadOnlyList<AcceptedEvent>))]
sealed partial class AcceptedEventJson : JsonSerializerContext;
