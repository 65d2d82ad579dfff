using System.Diagnostics;
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

    /// <summary>How long a message that was given up counts as in flight at most.</summary>
    static readonly TimeSpan Abandoned = TimeSpan.FromSeconds(30);

    readonly WriteLoop[] _loops;
    readonly SemaphoreSlim _room;
    readonly Action _leave;

    public BrokerWriter(IOptions<RabbitMqOptions> options, IOptions<PublisherOptions> publisher, BrokerConnections connections, ILogger<BrokerWriter> logger)
    {
        _loops = [.. Enumerable.Range(0, Connections).Select(_ => new WriteLoop(options.Value, connections, logger))];
        _room = new SemaphoreSlim(publisher.Value.MaxInFlight);
        _leave = () => _room.Release();
    }

    /// <summary>Sends a message, and returns when the broker has confirmed it.</summary>
    /// <exception cref="EventPublishException">The broker does not take it.</exception>
    public Task SendAsync(OutgoingMessage message, CancellationToken cancellationToken) => SendAsync([message], Timeout.InfiniteTimeSpan, cancellationToken);

    /// <summary>Sends messages, each as soon as there is room for it among those in flight, and returns when the broker has confirmed all.</summary>
    /// <param name="messages">The messages; they share their confirmation.</param>
    /// <param name="timeout">How long all of that may take.</param>
    /// <param name="cancellationToken">Gives them up.</param>
    /// <exception cref="EventPublishException">The broker does not take one of them.</exception>
    /// <exception cref="TimeoutException">It has not confirmed all of them in time; the others are given up.</exception>
    public async Task SendAsync(IReadOnlyList<OutgoingMessage> messages, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        try
        {
            foreach (var message in messages)
            {
                if (!await _room.WaitAsync(Left(), cancellationToken))
                {
                    throw new TimeoutException();
                }

                message.Ended = _leave;
                _loops[(message.Slot ?? 0) % Connections].Write(message);
            }

            await messages[0].Confirmation.Task.WaitAsync(Left(), cancellationToken);
        }
        catch (Exception e) when (e is OperationCanceledException or TimeoutException)
        {
            List<OutgoingMessage> open = [.. messages.Where(m => !m.HasEnded)];
            open.ForEach(m => m.GiveUp());
            _ = AbandonAsync(open);
            throw;
        }

        TimeSpan Left() => timeout == Timeout.InfiniteTimeSpan ? timeout : timeout - Stopwatch.GetElapsedTime(start) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var loop in _loops)
        {
            await loop.DisposeAsync();
        }

        _room.Dispose();
    }

    /// <summary>
    /// What was given up and may be on its way already counts as in flight until its connection ends or the broker answers, so that it does not pile up; and where
    /// neither comes, others go on without it.
    /// </summary>
    static async Task AbandonAsync(List<OutgoingMessage> messages)
    {
        await Task.Delay(Abandoned);
        messages.ForEach(m => m.End(new EventPublishException("The broker did not answer.")));
    }
}
