using System.Collections.Concurrent;
using System.Net.Sockets;
using MassTransit;
using RabbitMQ.Client;

namespace EventBus.Publisher.Transport;

/// <summary>
/// The connections of this process to the broker, so that it can leave in one step. The bus, when it stops, cancels its consumers first and gives back one by one what
/// had been sent ahead to them, while another process is sent later events already; where a connection ends, the broker takes everything back at once, in its order, and
/// only then makes another consumer the active one.
/// </summary>
public sealed class BrokerConnections
{
    /// <summary>How long the bus may take to see that its connections have ended.</summary>
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    /// <summary>The bus counts itself as a queue, which has no connection until something is sent to it.</summary>
    const int BusOwn = 1;

    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    readonly Lock _gate = new();
    readonly List<BrokerSocket> _open = [];
    readonly Watch _watch = new();
    bool _isClosed;

    /// <summary>
    /// Ends all connections as the end of the process would, and lets none begin. Returns when the bus has seen it, so that it can be stopped without asking anything of
    /// the broker.
    /// </summary>
    public async Task CloseAsync()
    {
        lock (_gate)
        {
            _isClosed = true;
            _open.ForEach(c => c.Close());
            _open.Clear();
        }

        using var limit = new CancellationTokenSource(Limit);
        while (_watch.Receiving > BusOwn && !limit.IsCancellationRequested)
        {
            await Task.Delay(Look);
        }
    }

    /// <summary>Sees which queues are received from.</summary>
    internal Watch Observer => _watch;

    /// <summary>A socket for a new connection.</summary>
    /// <exception cref="RabbitMqConnectionException">The connections are closed.</exception>
    internal ITcpClient Open(AddressFamily family)
    {
        lock (_gate)
        {
            ThrowIfClosed();
            _open.RemoveAll(c => c.IsClosed);
            var client = new BrokerSocket(family);
            _open.Add(client);
            return client;
        }
    }

    /// <summary>What the bus asks before it connects. Told here, it tries no more and is silent; where a connection fails it logs the exception with its stack.</summary>
    /// <exception cref="RabbitMqConnectionException">The connections are closed.</exception>
    internal void ThrowIfClosed()
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                throw new RabbitMqConnectionException("This process has left the broker.");
            }
        }
    }

    internal sealed class Watch : IReceiveEndpointObserver
    {
        readonly ConcurrentDictionary<Uri, bool> _receiving = [];

        public int Receiving => _receiving.Count;

        public Task Ready(ReceiveEndpointReady ready)
        {
            _receiving[ready.InputAddress] = true;
            return Task.CompletedTask;
        }

        public Task Completed(ReceiveEndpointCompleted completed) => EndedAsync(completed);

        public Task Faulted(ReceiveEndpointFaulted faulted) => EndedAsync(faulted);

        public Task Stopping(ReceiveEndpointStopping stopping) => Task.CompletedTask;

        Task EndedAsync(ReceiveEndpointEvent ended)
        {
            _receiving.TryRemove(ended.InputAddress, out _);
            return Task.CompletedTask;
        }
    }
}
