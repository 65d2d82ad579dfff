using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace EventBus.Publisher.Transport;

/// <summary>
/// One connection with one channel that messages are written to, and what the broker has not confirmed of them. Confirmations are counted here: the client's own
/// tracking costs more, and RabbitMQ.Client 7.1 loses count where a publish is cancelled (rabbitmq-dotnet-client issue 1900).
/// </summary>
sealed class BrokerLine : IAsyncDisposable
{
    /// <summary>What the broker answers where an exchange is not there any more (AMQP 0-9-1, 1.5.2.2 and constants: not-found); it is declared again.</summary>
    const ushort NotFound = 404;

    readonly Dictionary<ulong, OutgoingMessage> _unconfirmed = [];
    readonly List<OutgoingMessage> _settled = [];
    readonly HashSet<string> _declared = new(StringComparer.Ordinal);
    readonly CancellationTokenSource _ended = new();
    readonly BasicProperties _properties = new()
    {
        DeliveryMode = DeliveryModes.Persistent, ContentType = Contracts.EventJson.MediaType, Headers = new Dictionary<string, object?>(StringComparer.Ordinal),
    };

    readonly IConnection _connection;
    IChannel? _channel;
    ulong _last;
    ulong _oldest = 1;

    BrokerLine(IConnection connection)
    {
        _connection = connection;
        _connection.ConnectionShutdownAsync += (_, _) => _ended.CancelAsync();
    }

    /// <summary>Cancelled when the connection or the channel has ended.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Whether connection and channel are open, as far as the client knows.</summary>
    public bool IsOpen => _connection.IsOpen && _channel is { IsOpen: true };

    public static async Task<BrokerLine> OpenAsync(RabbitMqOptions options, BrokerConnections connections, CancellationToken cancellationToken)
    {
        var line = new BrokerLine(await options.ConnectAsync("EventBus publisher", cancellationToken, connections.Open));
        try
        {
            var channel = await line._connection.CreateChannelAsync(
                new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: false, outstandingPublisherConfirmationsRateLimiter: null), cancellationToken);
            line._channel = channel;
            channel.BasicAcksAsync += (_, ack) => line.SettleAsync(ack.DeliveryTag, ack.Multiple, isTaken: true);
            channel.BasicNacksAsync += (_, nack) => line.SettleAsync(nack.DeliveryTag, nack.Multiple, isTaken: false);
            channel.BasicReturnAsync += (_, returned) => line.ReturnAsync(returned.BasicProperties.MessageId);
            channel.ChannelShutdownAsync += (_, end) => line.EndAsync(end);
            return line;
        }
        catch
        {
            await line.DisposeAsync();
            throw;
        }
    }

    /// <summary>Writes a message; the broker's confirmation comes later.</summary>
    /// <exception cref="OperationCanceledException">The connection has ended, before or while it was written.</exception>
    public async Task WriteAsync(OutgoingMessage message)
    {
        if (!IsOpen)
        {
            // The client knows before it tells, and sometimes does not tell at all (decision 0015).
            await _ended.CancelAsync();
        }

        Ended.ThrowIfCancellationRequested();
        if (_declared.Add(message.Exchange.Name))
        {
            // Nobody else uses the channel, and what waits on a channel that ends may wait for ever (decision 0015).
            await message.Exchange.Declare(_channel!).WaitAsync(Ended);
        }

        message.Describe(_properties);
        var body = message.Body;
        lock (_unconfirmed)
        {
            _unconfirmed[++_last] = message;
        }

        var written = _channel!.BasicPublishAsync(message.Exchange.Name, message.RoutingKey, message.IsMandatory, _properties, body, CancellationToken.None);
        if (!written.IsCompletedSuccessfully)
        {
            await written.AsTask().WaitAsync(Ended);
        }
    }

    /// <summary>What was written and not confirmed, in order. Nothing is confirmed any more after this.</summary>
    public IReadOnlyList<OutgoingMessage> Unconfirmed()
    {
        lock (_unconfirmed)
        {
            List<OutgoingMessage> left = [.. _unconfirmed.OrderBy(m => m.Key).Select(m => m.Value)];
            _unconfirmed.Clear();
            return left;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        try
        {
            await _connection.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(2));
        }
        catch (Exception e) when (e is TimeoutException or IOException or ObjectDisposedException or RabbitMQ.Client.Exceptions.RabbitMQClientException)
        {
            // It had ended already, in one way or another.
        }
    }

    /// <summary>The client tells one confirmation after the other.</summary>
    Task SettleAsync(ulong tag, bool multiple, bool isTaken)
    {
        lock (_unconfirmed)
        {
            for (var n = multiple ? _oldest : tag; n <= tag; n++)
            {
                if (_unconfirmed.Remove(n, out var message))
                {
                    _settled.Add(message);
                }
            }

            _oldest = multiple ? tag + 1 : _oldest;
        }

        _settled.ForEach(m => m.Settle(isTaken));
        _settled.Clear();
        return Task.CompletedTask;
    }

    /// <summary>It comes before the confirmation.</summary>
    Task ReturnAsync(string? id)
    {
        lock (_unconfirmed)
        {
            foreach (var message in _unconfirmed.Values.Where(m => m.Id == id))
            {
                message.Return();
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>A channel that the broker ends for what was written to it would end again and again, were that written again.</summary>
    Task EndAsync(ShutdownEventArgs end)
    {
        if (end is { Initiator: ShutdownInitiator.Peer, ClassId: not 0 } && end.ReplyCode is not NotFound)
        {
            foreach (var message in Unconfirmed())
            {
                message.End(new EventPublishException($"The broker refused it (reply code {end.ReplyCode})."));
            }
        }

        return _ended.CancelAsync();
    }
}
