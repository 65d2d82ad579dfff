using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EventBus.Publisher.Transport;

/// <summary>
/// Sends messages to the broker, which works on each connection with one processor at a time: so there are two, and the messages of one slot go over the same, in their
/// order. MassTransit's own way of sending costs twice the processor time (decision 0017).
/// </summary>
sealed class BrokerWriter : IAsyncDisposable
{
    const int Connections = 2;

    readonly WriteLoop[] _loops;

    public BrokerWriter(IOptions<RabbitMqOptions> options, BrokerConnections connections, ILogger<BrokerWriter> logger) =>
        _loops = [.. Enumerable.Range(0, Connections).Select(_ => new WriteLoop(options.Value, connections, logger))];

    /// <summary>Sends a message, and returns when the broker has confirmed it.</summary>
    /// <exception cref="EventPublishException">The broker does not take it.</exception>
    public async Task WriteAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        _loops[(message.Slot ?? 0) % Connections].Write(message);
        try
        {
            await message.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            message.GiveUp();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var loop in _loops)
        {
            await loop.DisposeAsync();
        }
    }
}
