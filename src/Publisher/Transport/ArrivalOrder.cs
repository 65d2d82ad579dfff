using System.Runtime.CompilerServices;
using EventBus.Contracts;
using MassTransit;
using MassTransit.RabbitMqTransport;
using RabbitMQ.Client;

namespace EventBus.Publisher.Transport;

/// <summary>
/// Takes what comes into a queue before MassTransit looks into it, and hands it to the queue's receiver in the order in which the broker sent it: messages come on
/// many threads, but their delivery tags count up by one within a channel (AMQP 0-9-1, 1.1).
/// </summary>
sealed class ArrivalOrder(IEventReceiver receiver, string queue, int partition) : IFilter<ReceiveContext>
{
    /// <summary>Channels that are closed are forgotten. The consumer's tag would not tell them apart: a new channel may use the same one.</summary>
    readonly ConditionalWeakTable<IChannel, Arrivals> _channels = [];

    public async Task Send(ReceiveContext context, IPipe<ReceiveContext> next)
    {
        var tag = context.GetPayload<RabbitMqBasicConsumeContext>().DeliveryTag;
        var channelContext = context.GetPayload<ChannelContext>();
        var arrivals = _channels.GetValue(channelContext.Channel, channel => new Arrivals(() => channel.IsOpen && channelContext.ConnectionContext.Connection.IsOpen));
        var body = context.Body.GetBytes();
        var received = new ReceivedEvent(partition, body, TryRead(body), context.TransportHeaders);

        using var span = ReceiveSpan.Start(queue, received);
        await await arrivals.InTurn(tag, () => receiver.ReceiveAsync(received, arrivals.Closed));
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("arrival-order");

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

    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    /// <summary>What came in a channel.</summary>
    internal sealed class Arrivals
    {
        readonly Lock _gate = new();
        readonly Dictionary<ulong, Action> _waiting = [];
        ulong _next = 1;

        /// <param name="isOpen">Whether the channel is open. It is asked again and again: the client tells of an end only when whoever it tells first has done what waits for these.</param>
        public Arrivals(Func<bool> isOpen)
        {
            var closed = new CancellationTokenSource();
            Closed = closed.Token;
            _ = WatchAsync(isOpen, closed);
        }

        /// <summary>
        /// Ends with the channel. What came before may never be handed over then, and nothing can be acknowledged; and RabbitMQ.Client waits for all that it has handed
        /// over before it lets anybody know that the connection has ended.
        /// </summary>
        public CancellationToken Closed { get; }

        static async Task WatchAsync(Func<bool> isOpen, CancellationTokenSource closed)
        {
            while (isOpen())
            {
                await Task.Delay(Look);
            }

            await closed.CancelAsync();
        }

        /// <summary>Calls when everything that came before in the channel has been called.</summary>
        /// <exception cref="OperationCanceledException">The channel has ended before that.</exception>
        public ValueTask<Task> InTurn(ulong deliveryTag, Func<Task> call)
        {
            lock (_gate)
            {
                if (deliveryTag != _next)
                {
                    var turn = new TaskCompletionSource<Task>(TaskCreationOptions.RunContinuationsAsynchronously);
                    _waiting.Add(deliveryTag, () => turn.SetResult(call()));
                    return new ValueTask<Task>(turn.Task.WaitAsync(Closed));
                }

                _next++;
                var called = call();
                while (_waiting.Remove(_next, out var ready))
                {
                    _next++;
                    ready();
                }

                return new ValueTask<Task>(called);
            }
        }
    }
}
