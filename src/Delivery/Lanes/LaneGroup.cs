using EventBus.Storage;
using Microsoft.Extensions.Logging;

namespace EventBus.Delivery.Lanes;

/// <summary>All lanes of a consumer in this process.</summary>
public sealed class LaneGroup : IAsyncDisposable
{
    readonly CompletionWriter _completions;
    readonly Lane[] _lanes;

    /// <summary>Does nothing yet.</summary>
    /// <param name="consumer">The consumer.</param>
    /// <param name="partitions">How many lanes it has.</param>
    /// <param name="database">Where they are stored.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Names lanes and events, never what they hold.</param>
    public LaneGroup(LaneConsumer consumer, int partitions, Database database, TimeProvider time, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(consumer);
        var owner = $"{Environment.MachineName}/{Environment.ProcessId}/{Guid.NewGuid():N}";
        _completions = new CompletionWriter(database, time);
        _lanes = [.. Enumerable.Range(0, partitions).Select(p => new Lane(consumer, p, owner, database, _completions, time, logger))];
    }

    /// <summary>In one process: what an earlier one held is free, since it has ended.</summary>
    public static Task FreeAllAsync(Database database) => LaneLease.FreeAllAsync(database);

    /// <summary>Begins to work.</summary>
    /// <param name="log">In one process, where events are read from; null where they are given.</param>
    public void Start(EventArchive? log)
    {
        foreach (var lane in _lanes)
        {
            lane.Start(log);
        }
    }

    /// <summary>Gives a lane an event; a lane's events are stored in the order of the calls. Returns when it is stored.</summary>
    public Task TakeAsync(int partition, Incoming incoming, CancellationToken cancellationToken) => _lanes[partition].TakeAsync(incoming, cancellationToken);

    /// <inheritdoc cref="Lane.StopAsync"/>
    public Task StopAsync() => Task.WhenAll(_lanes.Select(l => l.StopAsync()));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_lanes.Select(l => l.DisposeAsync().AsTask()));
        await _completions.DisposeAsync();
    }
}
