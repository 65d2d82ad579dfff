using RabbitMQ.Client;

namespace EventBus.Bench.Measuring;

/// <summary>The bench's hold on one side's queues.</summary>
sealed class BenchQueues : IAsyncDisposable
{
    static readonly TimeSpan CountLimit = TimeSpan.FromSeconds(5);
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    readonly IConnection _connection;
    readonly IChannel _channel;

    BenchQueues(IConnection connection, IChannel channel)
    {
        _connection = connection;
        _channel = channel;
    }

    /// <summary>Connects, and declares the exchanges.</summary>
    public static async Task<BenchQueues> ConnectAsync(BrokerAddress broker)
    {
        var connection = await broker.ConnectAsync();
        var channel = await connection.CreateChannelAsync();
        await BenchTopology.DeclareExchangesAsync(channel);
        return new BenchQueues(connection, channel);
    }

    public Task DeclareArchiveAsync() => BenchTopology.DeclareArchiveAsync(_channel);

    public Task DeclareConsumerAsync(string consumer) => BenchTopology.DeclareConsumerAsync(_channel, consumer);

    /// <summary>Empties the queues of archive and consumer, in both of which every event has to be.</summary>
    /// <param name="confirmed">How many events the senders were told are in them.</param>
    /// <returns>How many of them are not.</returns>
    public async Task<long> EmptyAsync(long confirmed)
    {
        IReadOnlyList<string> archive = [BenchTopology.Archive], consumer = [.. BenchTopology.PartitionQueues(BenchTopology.Consumer)];
        var start = TimeProvider.System.GetTimestamp();
        long present;
        while ((present = Math.Min(await CountAsync(archive), await CountAsync(consumer))) < confirmed && TimeProvider.System.GetElapsedTime(start) < CountLimit)
        {
            await Task.Delay(Look);
        }

        foreach (var queue in archive.Concat(consumer))
        {
            await _channel.QueuePurgeAsync(queue);
        }

        return Math.Max(0, confirmed - present);
    }

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }

    async Task<long> CountAsync(IReadOnlyList<string> queues)
    {
        var count = 0L;
        foreach (var queue in queues)
        {
            count += await _channel.MessageCountAsync(queue);
        }

        return count;
    }
}
