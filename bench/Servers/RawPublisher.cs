using EventBus.Contracts;
using RabbitMQ.Client;

namespace EventBus.Bench.Servers;

/// <summary>
/// The bare client at its best: persistent, mandatory, each publish awaiting its own confirmation, many at once on several channels. The client's own limit on
/// what is in flight is off, because it sleeps; this class bounds it instead, as the publisher that it is compared with does.
/// </summary>
sealed class RawPublisher : IAsyncDisposable
{
    const int Connections = 2;
    const int ChannelsPerConnection = 2;
    const int MaxInFlight = 1000;

    readonly List<IConnection> _connections = [];
    readonly List<IChannel> _channels = [];
    readonly SemaphoreSlim _inFlight = new(MaxInFlight);
    uint _next;

    RawPublisher()
    {
    }

    public static async Task<RawPublisher> ConnectAsync(BrokerAddress broker)
    {
        var publisher = new RawPublisher();
        var options = new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true, outstandingPublisherConfirmationsRateLimiter: null);
        for (var c = 0; c < Connections; c++)
        {
            var connection = await broker.ConnectAsync();
            publisher._connections.Add(connection);
            for (var i = 0; i < ChannelsPerConnection; i++)
            {
                publisher._channels.Add(await connection.CreateChannelAsync(options));
            }
        }

        return publisher;
    }

    /// <summary>Done when the broker has confirmed; throws where it refuses or returns the message.</summary>
    public async Task PublishAsync(string id, string type, ReadOnlyMemory<byte> body)
    {
        var properties = new BasicProperties { DeliveryMode = DeliveryModes.Persistent, ContentType = EventJson.MediaType, MessageId = id };
        var channel = _channels[(int)(Interlocked.Increment(ref _next) % (uint)_channels.Count)];
        await _inFlight.WaitAsync();
        try
        {
            await channel.BasicPublishAsync(BenchTopology.Exchange, type, mandatory: true, properties, body);
        }
        finally
        {
            _inFlight.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections)
        {
            await connection.DisposeAsync();
        }

        _inFlight.Dispose();
    }
}
