using System.Diagnostics.CodeAnalysis;
using EventBus.Contracts;
using MassTransit;
using MassTransit.Serialization;

namespace EventBus.Publisher.Serialization;

/// <summary>One received event: consumers get it as the record of its family, or as <see cref="CloudEvent"/>, and as nothing else.</summary>
sealed class CloudEventSerializerContext(CloudEvent @event, MessageContext messageContext)
    : BaseSerializerContext(SystemTextJsonMessageSerializer.Instance, messageContext, [MessageUrn.ForTypeString(@event.GetType())])
{
    public override bool TryGetMessage<T>([NotNullWhen(true)] out T? message)
        where T : class
    {
        message = @event as T;
        return message is not null;
    }

    public override bool TryGetMessage(Type messageType, [NotNullWhen(true)] out object? message)
    {
        message = messageType.IsInstanceOfType(@event) ? @event : null;
        return message is not null;
    }

    public override bool IsSupportedMessageType<T>() => @event is T;

    public override bool IsSupportedMessageType(Type messageType) => messageType.IsInstanceOfType(@event);

    public override IMessageSerializer GetMessageSerializer() => new CloudEventSerializer();

    public override IMessageSerializer GetMessageSerializer<T>(MessageEnvelope envelope, T message) => new CloudEventSerializer();

    public override IMessageSerializer GetMessageSerializer(object message, string[] messageTypes) => new CloudEventSerializer();

    public override Dictionary<string, object> ToDictionary<T>(T? message)
        where T : class => new(StringComparer.OrdinalIgnoreCase);
}
