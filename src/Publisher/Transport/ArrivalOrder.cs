using EventBus.Contracts;
using MassTransit;

namespace EventBus.Publisher.Transport;

/// <summary>
/// Takes what comes into a queue before MassTransit looks into it, and hands it to the queue's receiver in the order in which the broker sent it: messages come on
/// many threads, but their delivery tags count up by one within a channel (AMQP 0-9-1, 1.1).
/// </summary>
sealed class ArrivalOrder(IEventReceiver receiver, int partition) : IFilter<ReceiveContext>
{
    readonly Lock _gate = new();
    readonly Dictionary<string, Arrivals> _channels = new(StringComparer.Ordinal);

    public async Task Send(ReceiveContext context, IPipe<ReceiveContext> next)
    {
        var delivery = context.GetPayload<RabbitMqBasicConsumeContext>();
        var body = context.Body.GetBytes();
        var received = new ReceivedEvent(partition, body, TryRead(body), context.TransportHeaders.GetAll().ToDictionary(h => h.Key, h => h.Value, StringComparer.OrdinalIgnoreCase));
        await await InTurn(delivery.ConsumerTag, delivery.DeliveryTag, () => receiver.ReceiveAsync(received, context.CancellationToken));
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("arrival-order");

    /// <summary>Calls when everything that came before in the channel has been called.</summary>
    Task<Task> InTurn(string consumerTag, ulong deliveryTag, Func<Task> call)
    {
        var turn = new TaskCompletionSource<Task>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (!_channels.TryGetValue(consumerTag, out var channel))
            {
                // A consumer has one tag for each channel; those before it bring nothing any more.
                _channels.Clear();
                _channels.Add(consumerTag, channel = new Arrivals());
            }

            channel.Waiting.Add(deliveryTag, () => turn.SetResult(call()));
            while (channel.Waiting.Remove(channel.Next, out var ready))
            {
                channel.Next++;
                ready();
            }
        }

        return turn.Task;
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

    sealed class Arrivals
    {
        public Dictionary<ulong, Action> Waiting { get; } = [];

        public ulong Next { get; set; } = 1;
    }
}
