using MassTransit.Middleware;
using MassTransit.RabbitMqTransport;
using RabbitMQ.Client;

namespace EventBus.Publisher.Transport;

/// <summary>A channel as it is, but for who takes the messages.</summary>
/// <param name="channel">The channel.</param>
/// <param name="consumer">Who takes them, before the consumer that is asked for.</param>
sealed class QueueChannel(ChannelContext channel, Func<IAsyncBasicConsumer, IAsyncBasicConsumer> consumer) : ProxyPipeContext(channel), ChannelContext
{
    public IChannel Channel => channel.Channel;

    public ConnectionContext ConnectionContext => channel.ConnectionContext;

    public Task<string> BasicConsume(
        string queue, bool noAck, bool exclusive, IDictionary<string, object?> arguments, IAsyncBasicConsumer asked, string consumerTag, CancellationToken cancellationToken) =>
        channel.BasicConsume(queue, noAck, exclusive, arguments, consumer(asked), consumerTag, cancellationToken);

    public Task BasicPublishAsync(string exchange, string routingKey, bool mandatory, BasicProperties basicProperties, byte[] body, bool awaitAck) =>
        channel.BasicPublishAsync(exchange, routingKey, mandatory, basicProperties, body, awaitAck);

    public Task ExchangeBind(string destination, string source, string routingKey, IDictionary<string, object?> arguments) =>
        channel.ExchangeBind(destination, source, routingKey, arguments);

    public Task ExchangeDeclare(string exchange, string type, bool durable, bool autoDelete, IDictionary<string, object?> arguments) =>
        channel.ExchangeDeclare(exchange, type, durable, autoDelete, arguments);

    public Task ExchangeDeclarePassive(string exchange) => channel.ExchangeDeclarePassive(exchange);

    public Task QueueBind(string queue, string exchange, string routingKey, IDictionary<string, object?> arguments) =>
        channel.QueueBind(queue, exchange, routingKey, arguments);

    public Task<QueueDeclareOk> QueueDeclare(string queue, bool durable, bool exclusive, bool autoDelete, IDictionary<string, object?> arguments) =>
        channel.QueueDeclare(queue, durable, exclusive, autoDelete, arguments);

    public Task<QueueDeclareOk> QueueDeclarePassive(string queue) => channel.QueueDeclarePassive(queue);

    public Task<uint> QueuePurge(string queue) => channel.QueuePurge(queue);

    public Task BasicQos(uint prefetchSize, ushort prefetchCount, bool global) => channel.BasicQos(prefetchSize, prefetchCount, global);

    public ValueTask BasicAck(ulong deliveryTag, bool multiple) => channel.BasicAck(deliveryTag, multiple);

    public Task BasicNack(ulong deliveryTag, bool multiple, bool requeue) => channel.BasicNack(deliveryTag, multiple, requeue);

    public Task BasicCancel(string consumerTag) => channel.BasicCancel(consumerTag);
}
