using MassTransit;
using MassTransit.Middleware;
using MassTransit.RabbitMqTransport;
using RabbitMQ.Client;

namespace EventBus.Publisher.Transport;

/// <summary>
/// Lets a queue's channel carry one request at a time. MassTransit declares all exchanges, then all bindings, of a queue at once; RabbitMQ.Client 7.1 lines them up itself,
/// and where the channel ends meanwhile it forgets the next in line (rabbitmq-dotnet-client issue 1976): MassTransit would wait for that one for ever, and never receive again.
/// Here none is in its line.
/// </summary>
sealed class OneRequestAtATime : IFilter<ChannelContext>
{
    public Task Send(ChannelContext context, IPipe<ChannelContext> next) => next.Send(new Channel(context));

    public void Probe(ProbeContext context) => context.CreateFilterScope("oneRequestAtATime");

    sealed class Channel(ChannelContext inner) : ProxyPipeContext(inner), ChannelContext
    {
        readonly Lock _gate = new();
        Task _last = Task.CompletedTask;

        IChannel ChannelContext.Channel => inner.Channel;

        public ConnectionContext ConnectionContext => inner.ConnectionContext;

        public Task BasicPublishAsync(string exchange, string routingKey, bool mandatory, BasicProperties basicProperties, byte[] body, bool awaitAck) =>
            inner.BasicPublishAsync(exchange, routingKey, mandatory, basicProperties, body, awaitAck);

        public Task ExchangeBind(string destination, string source, string routingKey, IDictionary<string, object> arguments) =>
            InTurnAsync(() => inner.ExchangeBind(destination, source, routingKey, arguments));

        public Task ExchangeDeclare(string exchange, string type, bool durable, bool autoDelete, IDictionary<string, object> arguments) =>
            InTurnAsync(() => inner.ExchangeDeclare(exchange, type, durable, autoDelete, arguments));

        public Task ExchangeDeclarePassive(string exchange) => InTurnAsync(() => inner.ExchangeDeclarePassive(exchange));

        public Task QueueBind(string queue, string exchange, string routingKey, IDictionary<string, object> arguments) =>
            InTurnAsync(() => inner.QueueBind(queue, exchange, routingKey, arguments));

        public Task<QueueDeclareOk> QueueDeclare(string queue, bool durable, bool exclusive, bool autoDelete, IDictionary<string, object> arguments) =>
            InTurnAsync(() => inner.QueueDeclare(queue, durable, exclusive, autoDelete, arguments));

        public Task<QueueDeclareOk> QueueDeclarePassive(string queue) => InTurnAsync(() => inner.QueueDeclarePassive(queue));

        public Task<uint> QueuePurge(string queue) => InTurnAsync(() => inner.QueuePurge(queue));

        public Task BasicQos(uint prefetchSize, ushort prefetchCount, bool global) => InTurnAsync(() => inner.BasicQos(prefetchSize, prefetchCount, global));

        public ValueTask BasicAck(ulong deliveryTag, bool multiple) => inner.BasicAck(deliveryTag, multiple);

        public Task BasicNack(ulong deliveryTag, bool multiple, bool requeue) => inner.BasicNack(deliveryTag, multiple, requeue);

        public Task<string> BasicConsume(
            string queue, bool noAck, bool exclusive, IDictionary<string, object> arguments, IAsyncBasicConsumer consumer, string consumerTag, CancellationToken cancellationToken) =>
            InTurnAsync(() => inner.BasicConsume(queue, noAck, exclusive, arguments, consumer, consumerTag, cancellationToken));

        public Task BasicCancel(string consumerTag) => InTurnAsync(() => inner.BasicCancel(consumerTag));

        static async Task<T> AfterAsync<T>(Task before, Func<Task<T>> request)
        {
            await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return await request();
        }

        Task<T> InTurnAsync<T>(Func<Task<T>> request)
        {
            lock (_gate)
            {
                var turn = AfterAsync(_last, request);
                _last = turn;
                return turn;
            }
        }

        Task InTurnAsync(Func<Task> request) => InTurnAsync(async () =>
        {
            await request();
            return true;
        });
    }
}
