using System.Threading.Channels;
using RabbitMQ.Client;

namespace EventBus.Bench.Servers;

/// <summary>
/// A channel that one loop writes to, and whose confirmations find their publish in a ring: cheaper than the client's own tracking, and without its limiter, which sleeps.
/// What is in flight is bounded here instead.
/// </summary>
sealed class ConfirmedChannel : IDisposable
{
    const int MaxInFlight = 1000;
    const int RingSize = 65_536;

    readonly IChannel _channel;
    readonly OutgoingMessage?[] _ring = new OutgoingMessage?[RingSize];
    readonly SemaphoreSlim _room = new(MaxInFlight);
    readonly Channel<OutgoingMessage> _queue = Channel.CreateUnbounded<OutgoingMessage>(new UnboundedChannelOptions { SingleReader = true });
    ulong _oldest = 1;

    ConfirmedChannel(IChannel channel) => _channel = channel;

    public static async Task<ConfirmedChannel> OpenAsync(IConnection connection)
    {
        var channel = await connection.CreateChannelAsync(new CreateChannelOptions(
            publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: false, outstandingPublisherConfirmationsRateLimiter: null));
        var confirmed = new ConfirmedChannel(channel);
        channel.BasicAcksAsync += (_, ack) => confirmed.Settle(ack.DeliveryTag, ack.Multiple, null);
        channel.BasicNacksAsync += (_, nack) => confirmed.Settle(nack.DeliveryTag, nack.Multiple, "The broker refused a message.");
        channel.BasicReturnAsync += (_, returned) => confirmed.Return(returned.BasicProperties.MessageId!);
        channel.ChannelShutdownAsync += (_, end) => confirmed.Settle(ulong.MaxValue, multiple: true, end.ReplyText);
        Background.Run(confirmed.WriteAsync);
        return confirmed;
    }

    /// <summary>Done when the broker has confirmed.</summary>
    public Task PublishAsync(OutgoingMessage message)
    {
        _queue.Writer.TryWrite(message);
        return message.Done.Task;
    }

    public void Dispose()
    {
        _queue.Writer.TryComplete();
        _channel.Dispose();
        _room.Dispose();
    }

    async Task WriteAsync()
    {
        var next = 1ul;
        await foreach (var message in _queue.Reader.ReadAllAsync())
        {
            await _room.WaitAsync();
            if (Interlocked.Exchange(ref _ring[next++ % RingSize], message) is { } overrun)
            {
                overrun.Done.TrySetException(new BenchException("The broker has left a message unconfirmed for too long."));
            }

            await _channel.BasicPublishAsync(message.Exchange, message.RoutingKey, mandatory: true, message.Properties, message.Body);
        }
    }

    /// <summary>Confirmations come one after the other, from the connection's own loop.</summary>
    Task Settle(ulong tag, bool multiple, string? error)
    {
        var first = multiple ? _oldest : tag;
        var last = Math.Min(tag, first + RingSize - 1);
        for (var n = first; n <= last; n++)
        {
            if (Interlocked.Exchange(ref _ring[n % RingSize], null) is { } message)
            {
                _room.Release();
                message.End(error);
            }
        }

        _oldest = multiple ? last + 1 : _oldest;
        return Task.CompletedTask;
    }

    /// <summary>Comes before the confirmation of the same message.</summary>
    Task Return(string id)
    {
        foreach (var message in _ring.Where(m => m?.Properties.MessageId == id))
        {
            message!.IsReturned = true;
        }

        return Task.CompletedTask;
    }
}
