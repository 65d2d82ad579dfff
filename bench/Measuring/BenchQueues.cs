using RabbitMQ.Client;

namespace EventBus.Bench.Measuring;

/// <summary>The bench's hold on one side's queues.</summary>
sealed class BenchQueues : ILanding
{
    /// <summary>What a gateway has spooled meanwhile follows.</summary>
    static readonly TimeSpan CountLimit = TimeSpan.FromSeconds(30);
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    readonly IConnection _connection;
    readonly IChannel _channel;
    readonly List<IReadOnlyList<string>> _copies = [];

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

    /// <summary>The queues in which a copy of every event has to be: the archive's, and those of a consumer that nobody runs.</summary>
    public async Task DeclareCopiesAsync()
    {
        await DeclareArchiveAsync();
        await DeclareConsumerAsync(BenchTopology.Consumer);
        _copies.Add([.. BenchTopology.PartitionQueues(BenchTopology.Consumer)]);
    }

    /// <summary>The archive's queue, in which a copy of every event has to be.</summary>
    public async Task DeclareArchiveAsync()
    {
        await BenchTopology.DeclareArchiveAsync(_channel);
        _copies.Add([BenchTopology.Archive]);
    }

    /// <summary>The queues of a consumer that takes events out of them.</summary>
    public Task DeclareConsumerAsync(string consumer) => BenchTopology.DeclareConsumerAsync(_channel, consumer);

    public async Task<long> MissingAsync(long confirmed)
    {
        var missing = 0L;
        foreach (var copy in _copies)
        {
            var start = TimeProvider.System.GetTimestamp();
            long present;
            while ((present = await CountAsync(copy)) < confirmed && TimeProvider.System.GetElapsedTime(start) < CountLimit)
            {
                await Task.Delay(Look);
            }

            missing = Math.Max(missing, confirmed - present);
            foreach (var queue in copy)
            {
                await _channel.QueuePurgeAsync(queue);
            }
        }

        return missing;
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
