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

    public ConsumeContext Deserialize(ReceiveContext receiveContext) =>
        new BodyConsumeContext(receiveContext, Deserialize(receiveContext.Body, receiveContext.TransportHeaders, receiveContext.InputAddress));

    public SerializerContext Deserialize(MessageBody body, Headers headers, Uri? destinationAddress = null) =>
        new CloudEventSerializerContext(EventJson.Parse(body.GetBytes()), new RawMessageContext(headers, destinationAddress, RawSerializerOptions.Default));

    public MessageBody GetMessageBody(string text) => new StringMessageBody(text);
}
