using MassTransit.RabbitMqTransport;
using Microsoft.Extensions.Logging;

namespace EventBus.Publisher.Transport;

/// <summary>
/// Acknowledges the messages of a channel, many at a time: a <c>basic.ack</c> for a delivery tag covers everything before it (AMQP 0-9-1, 1.8.3.13), so a message waits until
/// all that came before it in the channel are settled. A single acknowledgement costs a quorum queue an entry in its log.
/// </summary>
sealed partial class Acknowledgements(ChannelContext channel, ILogger logger)
{
    readonly Lock _gate = new();

    /// <summary>Settled behind one that is not: whether it is to be acknowledged, or has been given back.</summary>
    readonly Dictionary<ulong, bool> _ahead = [];
    ulong _settled;
    ulong _acknowledge;
    ulong _acknowledged;
    bool _isWriting;

    /// <summary>A message is taken.</summary>
    public void Add(ulong deliveryTag) => Settle(deliveryTag, isTaken: true);

    /// <summary>A message is not taken; the broker sends it again.</summary>
    public async Task GiveBackAsync(ulong deliveryTag)
    {
        try
        {
            await channel.BasicNack(deliveryTag, multiple: false, requeue: true);
        }
        catch (Exception e)
        {
            Note(e);
        }

        Settle(deliveryTag, isTaken: false);
    }

    void Settle(ulong deliveryTag, bool isTaken)
    {
        lock (_gate)
        {
            _ahead.Add(deliveryTag, isTaken);
            while (_ahead.Remove(_settled + 1, out var isNextTaken))
            {
                _settled++;
                _acknowledge = isNextTaken ? _settled : _acknowledge;
            }

            if (_isWriting || _acknowledge == _acknowledged)
            {
                return;
            }

            _isWriting = true;
        }

        _ = WriteAsync();
    }

    async Task WriteAsync()
    {
        // What is taken together is acknowledged together.
        await Task.Yield();
        while (true)
        {
            ulong upTo;
            lock (_gate)
            {
                if (_acknowledge == _acknowledged)
                {
                    _isWriting = false;
                    return;
                }

                upTo = _acknowledged = _acknowledge;
            }

            try
            {
                await channel.BasicAck(upTo, multiple: true);
            }
            catch (Exception e)
            {
                Note(e);
            }
        }
    }

    /// <summary>With the channel everything ends that was not acknowledged, and the broker sends it again.</summary>
    void Note(Exception exception)
    {
        if (channel.Channel.IsOpen)
        {
            LogFailed(logger, exception.GetType().Name);
        }
    }

    [LoggerMessage(132, LogLevel.Error, "Messages were not acknowledged ({Reason}); they come again when the connection ends")]
    static partial void LogFailed(ILogger logger, string reason);
}
