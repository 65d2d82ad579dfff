namespace EventBus.Operations.Broker;

/// <summary>Looks how the broker does, once in two seconds at most, however many ask.</summary>
public sealed class BrokerWatch(BrokerClient client, TimeProvider time) : IDisposable
{
    internal static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    /// <summary>What does not answer is asked less often, since whoever asks waits for it.</summary>
    static readonly TimeSpan FreshTrouble = TimeSpan.FromSeconds(5);

    readonly SemaphoreSlim _gate = new(1);
    volatile BrokerView? _last;

    /// <summary>Whether there is a broker.</summary>
    public bool IsThere => client.IsThere;

    /// <summary>How it did when somebody looked last, without asking; null where nobody has.</summary>
    public BrokerView? Last => _last;

    /// <summary>How it does; null where there is no broker.</summary>
    public async Task<BrokerView?> LookAsync(CancellationToken cancellationToken = default)
    {
        if (!client.IsThere)
        {
            return null;
        }

        await _gate.WaitAsync(cancellationToken);
        try
        {
            return _last is { } last && time.GetUtcNow() - last.At < (last.Trouble is null ? Fresh : FreshTrouble) ? last : _last = await ReadAsync(cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    async Task<BrokerView> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var nodes = await client.NodesAsync(cancellationToken);
            return new BrokerView(time.GetUtcNow(), null, nodes, await client.QueuesAsync(cancellationToken));
        }
        catch (BrokerUnavailableException e)
        {
            return new BrokerView(time.GetUtcNow(), e.Message, null, []);
        }
    }
}

/// <summary>How the broker does.</summary>
/// <param name="At">When it was looked at.</param>
/// <param name="Trouble">Why nothing is known of it; null where something is.</param>
/// <param name="Nodes">Its nodes; null where they may not be seen.</param>
/// <param name="Queues">Its queues, by name.</param>
public sealed record BrokerView(DateTimeOffset At, string? Trouble, IReadOnlyList<BrokerNode>? Nodes, IReadOnlyList<BrokerQueue> Queues);
