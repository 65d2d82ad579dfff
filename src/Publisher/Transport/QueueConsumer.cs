using EventBus.Contracts;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace EventBus.Publisher.Transport;

/// <summary>
/// Hands the messages of a channel to a receiver in the order in which the broker sent them, and acknowledges them when they are taken. The channel calls it for one
/// message after the other, and it keeps none of them waiting: RabbitMQ.Client tells nobody that a connection has ended before it has handed over everything.
/// </summary>
/// <param name="inner">The consumer behind it, which is told everything else.</param>
/// <param name="acknowledgements">Those of the channel.</param>
/// <param name="receiver">Takes the events.</param>
/// <param name="queue">The queue, without its partition.</param>
/// <param name="partition">The partition, from 0.</param>
/// <param name="logger">Where to say what was not taken.</param>
/// <param name="closed">Cancelled when the channel has ended.</param>
sealed partial class QueueConsumer(
    IAsyncBasicConsumer inner, Acknowledgements acknowledgements, IEventReceiver receiver, string queue, int partition, ILogger logger, CancellationTokenSource closed) : IAsyncBasicConsumer
{
    readonly ReceiveSpans _spans = new(queue);

    public IChannel? Channel => inner.Channel;

    public Task HandleBasicConsumeOkAsync(string consumerTag, CancellationToken cancellationToken = default) => inner.HandleBasicConsumeOkAsync(consumerTag, cancellationToken);

    public Task HandleBasicCancelOkAsync(string consumerTag, CancellationToken cancellationToken = default) => inner.HandleBasicCancelOkAsync(consumerTag, cancellationToken);

    public Task HandleBasicCancelAsync(string consumerTag, CancellationToken cancellationToken = default) => inner.HandleBasicCancelAsync(consumerTag, cancellationToken);

    public async Task HandleChannelShutdownAsync(object channel, ShutdownEventArgs reason)
    {
        await closed.CancelAsync();
        await inner.HandleChannelShutdownAsync(channel, reason);
    }

    /// <inheritdoc/>
    /// <remarks>The memory of the body is the client's again when this returns.</remarks>
    public Task HandleBasicDeliverAsync(
        string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey, IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken = default)
    {
        _ = TakeAsync(deliveryTag, properties.Headers, body.ToArray());
        return Task.CompletedTask;
    }

    async Task TakeAsync(ulong deliveryTag, IDictionary<string, object?>? headers, byte[] body)
    {
        try
        {
            var received = new ReceivedEvent(partition, body, TryRead(body), headers);
            using var span = _spans.Start(received);
            await receiver.ReceiveAsync(received, closed.Token);
        }
        catch (OperationCanceledException) when (closed.IsCancellationRequested)
        {
            // The broker sends it again, to whoever receives then.
            return;
        }
        catch (Exception e)
        {
            LogGivenBack(logger, queue, e.GetType().Name);
            await acknowledgements.GiveBackAsync(deliveryTag);
            return;
        }

        acknowledgements.Add(deliveryTag);
    }

    static CloudEvent? TryRead(byte[] body)
    {
        try
        {
            return EventJson.Parse(body);
        }
        catch (System.Text.Json.JsonException)
        {
            // No event: whoever receives it says what becomes of it.
            return null;
        }
    }

    [LoggerMessage(131, LogLevel.Error, "A message from {Queue} was not taken ({Reason}) and goes back to the broker")]
    static partial void LogGivenBack(ILogger logger, string queue, string reason);
}
