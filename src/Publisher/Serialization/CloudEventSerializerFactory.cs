using System.Net.Mime;
using EventBus.Contracts;
using MassTransit;
using MassTransit.Serialization;

namespace EventBus.Publisher.Serialization;

/// <summary>Puts events on the wire as structured CloudEvents (<see cref="EventJson"/>), without an envelope, so that a consumer in any language reads them.</summary>
sealed class CloudEventSerializerFactory : ISerializerFactory
{
    public static readonly ContentType CloudEvents = new(EventJson.MediaType);

    public ContentType ContentType => CloudEvents;

    public IMessageSerializer CreateSerializer() => new CloudEventSerializer();

    public IMessageDeserializer CreateDeserializer() => new CloudEventDeserializer();
}

sealed class CloudEventSerializer : IMessageSerializer
{
    public ContentType ContentType => CloudEventSerializerFactory.CloudEvents;

    public MessageBody GetMessageBody<T>(SendContext<T> context)
        where T : class => context.Message is CloudEvent @event
            ? new BytesMessageBody(EventJson.ToUtf8Bytes(@event))
            : throw new NotSupportedException($"Only events travel on the bus, not {typeof(T).Name}.");
}

sealed class CloudEventDeserializer : IMessageDeserializer
{
    public ContentType ContentType => CloudEventSerializerFactory.CloudEvents;

    public void Probe(ProbeContext context) => context.CreateScope("cloudevents");

    /// <summary>Whoever hands a body to a handler may have read the event in it already, and gives it along.</summary>
    public ConsumeContext Deserialize(ReceiveContext receiveContext) => new BodyConsumeContext(
        receiveContext,
        Context(receiveContext.TryGetPayload(out CloudEvent? known) ? known : EventJson.Parse(receiveContext.Body.GetBytes()), receiveContext.TransportHeaders, receiveContext.InputAddress));

    public SerializerContext Deserialize(MessageBody body, Headers headers, Uri? destinationAddress = null) => Context(EventJson.Parse(body.GetBytes()), headers, destinationAddress);

    public MessageBody GetMessageBody(string text) => new StringMessageBody(text);

    static CloudEventSerializerContext Context(CloudEvent @event, Headers headers, Uri? destinationAddress) =>
        new(@event, new RawMessageContext(headers, destinationAddress, RawSerializerOptions.Default));
}
