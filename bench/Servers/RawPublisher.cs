using EventBus.Contracts;
using RabbitMQ.Client;

namespace EventBus.Bench.Servers;

/// <summary>
/// The bare client at its best: persistent, mandatory, each publish awaiting its own confirmation, many at once over two connections, each with one channel that one
/// loop writes to. One subject stays on one connection, so that its events stay in order.
/// </summary>
sealed class RawPublisher : IAsyncDisposable
{
    const int Connections = 2;

    static readonly Dictionary<string, object?>[] Headers = [.. Enumerable.Range(0, BenchTopology.Slots).Select(slot =>
        new Dictionary<string, object?>(StringComparer.Ordinal) { [BenchTopology.SlotHeader] = new List<object?> { BenchTopology.Slot(slot) } })];

    readonly List<IConnection> _connections = [];
    readonly List<ConfirmedChannel> _channels = [];

    RawPublisher()
    {
    }

    public static async Task<RawPublisher> ConnectAsync(BrokerAddress broker)
    {
        var publisher = new RawPublisher();
        for (var c = 0; c < Connections; c++)
        {
            var connection = await broker.ConnectAsync();
            publisher._connections.Add(connection);
            publisher._channels.Add(await ConfirmedChannel.OpenAsync(connection));
        }

        return publisher;
    }

    /// <summary>Done when the broker has confirmed; throws where it refuses or returns the message.</summary>
    /// <param name="exchange">The family's exchange.</param>
    /// <param name="type">The routing key.</param>
    /// <param name="id">The message's id.</param>
    /// <param name="subject">What order is kept by.</param>
    /// <param name="body">Not to be changed before it is done.</param>
    public Task PublishAsync(string exchange, string type, string id, ReadOnlySpan<byte> subject, ReadOnlyMemory<byte> body)
    {
        // FNV-1a.
        var hash = 2166136261u;
        foreach (var b in subject)
        {
            hash = (hash ^ b) * 16777619u;
        }

        var properties = new BasicProperties
        {
            DeliveryMode = DeliveryModes.Persistent, ContentType = EventJson.MediaType, MessageId = id, Headers = Headers[hash % BenchTopology.Slots],
        };
        return _channels[(int)(hash / BenchTopology.Slots % Connections)].PublishAsync(new OutgoingMessage(exchange, type, properties, body));
    }

    public async ValueTask DisposeAsync()
    {
        _channels.ForEach(c => c.Dispose());
        foreach (var connection in _connections)
        {
            await connection.DisposeAsync();
        }
    }
}
