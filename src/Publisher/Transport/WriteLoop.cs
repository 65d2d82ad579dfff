using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace EventBus.Publisher.Transport;

/// <summary>
/// Writes messages to the broker in the order in which they come, over a connection of its own, without waiting for one confirmation before the next message. What the
/// broker has not confirmed when a connection ends goes out again over the next one, before what is newer.
/// </summary>
sealed partial class WriteLoop(RabbitMqOptions options, BrokerConnections connections, ILogger logger) : IAsyncDisposable
{
    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    readonly Channel<OutgoingMessage> _incoming = Channel.CreateUnbounded<OutgoingMessage>(new UnboundedChannelOptions { SingleReader = true });
    readonly CancellationTokenSource _stop = new();
    readonly Lock _gate = new();
    Task? _loop;
    bool _isAway;

    /// <summary>Has a message sent.</summary>
    public void Write(OutgoingMessage message)
    {
        if (!_incoming.Writer.TryWrite(message))
        {
            message.End(Left());
            return;
        }

        if (_loop is null)
        {
            lock (_gate)
            {
                _loop ??= Task.Run(RunAsync);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _incoming.Writer.TryComplete();
        await _stop.CancelAsync();
        if (_loop is not null)
        {
            await _loop;
        }

        _stop.Dispose();
    }

    async Task RunAsync()
    {
        var unsent = new Queue<OutgoingMessage>();
        var pause = FirstPause;
        try
        {
            while (unsent.Count > 0 || await _incoming.Reader.WaitToReadAsync(_stop.Token))
            {
                try
                {
                    await using var line = await BrokerLine.OpenAsync(options, connections, _stop.Token);
                    pause = FirstPause;
                    if (_isAway)
                    {
                        _isAway = false;
                        LogBack(logger);
                    }

                    try
                    {
                        await WriteAsync(line, unsent);
                    }
                    finally
                    {
                        // What failed while it was written is in both.
                        unsent = new Queue<OutgoingMessage>(line.Unconfirmed().Concat(unsent).Distinct());
                    }
                }
                catch (Exception e) when (!_stop.IsCancellationRequested)
                {
                    if (!_isAway)
                    {
                        _isAway = true;
                        LogAway(logger, e is OperationCanceledException ? "the connection has ended" : e.GetType().Name);
                    }
                }

                unsent = Wanted(unsent);
                await Task.Delay(pause, _stop.Token);
                pause = pause * 2 > LongestPause ? LongestPause : pause * 2;
            }
        }
        catch (OperationCanceledException)
        {
            // This process ends.
        }

        while (unsent.TryDequeue(out var message) || _incoming.Reader.TryRead(out message))
        {
            message.End(Left());
        }
    }

    static EventPublishException GivenUp() => new("Nobody waits for it any more.");

    static EventPublishException Left() => new("This process has left the broker.");

    /// <summary>Until the connection ends.</summary>
    async Task WriteAsync(BrokerLine line, Queue<OutgoingMessage> unsent)
    {
        while (true)
        {
            if (unsent.TryPeek(out var message) || _incoming.Reader.TryRead(out message))
            {
                // Only what was handed over is taken off: where that fails it comes first on the next connection.
                if (unsent.Count == 0)
                {
                    unsent.Enqueue(message);
                }

                if (message.IsGivenUp)
                {
                    message.End(GivenUp());
                }
                else
                {
                    await WriteAsync(line, message);
                }

                unsent.Dequeue();
            }
            else if (!await _incoming.Reader.WaitToReadAsync(line.Ended))
            {
                return;
            }
        }
    }

    /// <summary>What the client cannot write while its connection is well it can never write; the others go over another connection then, since this one may have lost count.</summary>
    static async Task WriteAsync(BrokerLine line, OutgoingMessage message)
    {
        try
        {
            await line.WriteAsync(message);
        }
        catch (Exception e) when (line.IsOpen)
        {
            message.End(new EventPublishException($"The event cannot be written to the broker ({e.GetType().Name}).", e));
            throw;
        }
    }

    /// <summary>Those that somebody waits for, and those that came meanwhile; so what nobody waits for does not pile up.</summary>
    Queue<OutgoingMessage> Wanted(Queue<OutgoingMessage> unsent)
    {
        while (_incoming.Reader.TryRead(out var message))
        {
            unsent.Enqueue(message);
        }

        var wanted = new Queue<OutgoingMessage>();
        foreach (var message in unsent)
        {
            if (message.IsGivenUp)
            {
                message.End(GivenUp());
            }
            else if (!message.HasEnded)
            {
                wanted.Enqueue(message);
            }
        }

        return wanted;
    }

    [LoggerMessage(750, LogLevel.Warning, "The broker does not take messages ({Reason}); they wait for it as long as their senders do")]
    static partial void LogAway(ILogger logger, string reason);

    [LoggerMessage(751, LogLevel.Information, "The broker takes messages again")]
    static partial void LogBack(ILogger logger);
}
