using RabbitMQ.Client;

namespace EventBus.Bench.Measuring;

/// <summary>The bench's hold on one side's queue.</summary>
sealed class BenchQueue : IAsyncDisposable
{
    static readonly TimeSpan CountLimit = TimeSpan.FromSeconds(5);

    readonly IConnection _connection;
    readonly IChannel _channel;

    BenchQueue(IConnection connection, IChannel channel)
    {
        _connection = connection;
        _channel = channel;
    }

    public static async Task<BenchQueue> ConnectAsync(BrokerAddress broker)
    {
        var connection = await broker.ConnectAsync();
        return new BenchQueue(connection, await connection.CreateChannelAsync());
    }

    public Task DeclareExchangesAsync() => BenchTopology.DeclareExchangesAsync(_channel);

    public Task BindAsync() => BenchTopology.BindQueueAsync(_channel);

    /// <summary>Empties the queue.</summary>
    /// <param name="confirmed">How many events the senders were told are in it.</param>
    /// <returns>How many of them are not.</returns>
    public async Task<long> EmptyAsync(long confirmed)
    {
        var start = TimeProvider.System.GetTimestamp();
        long present;
        while ((present = await _channel.MessageCountAsync(BenchTopology.Queue)) < confirmed && TimeProvider.System.GetElapsedTime(start) < CountLimit)
        {
            await Task.Delay(50);
        }

        await _channel.QueuePurgeAsync(BenchTopology.Queue);
        return Math.Max(0, confirmed - present);
    }

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
