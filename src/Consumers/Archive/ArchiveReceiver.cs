using EventBus.Publisher.Transport;
using EventBus.Storage;

namespace EventBus.Consumers.Archive;

/// <summary>Keeps what comes; while the storage does not take it, it stays in the queue.</summary>
sealed partial class ArchiveReceiver(bool unrouted, EventArchive archive, ILogger<ArchiveReceiver> logger) : IEventReceiver
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public async Task ReceiveAsync(ReceivedEvent received, CancellationToken cancellationToken)
    {
        if (received.Event is not { } @event)
        {
            // Publishers of the library cannot send such a thing, and no consumer can handle it; each consumer that gets it keeps it as a dead letter.
            LogNoEvent(logger);
            return;
        }

        while (true)
        {
            try
            {
                await archive.AppendAsync([new ArchivedEvent(@event, received.Body, unrouted)]).WaitAsync(cancellationToken);
                return;
            }
            catch (Exception e) when (e is not ObjectDisposedException && !cancellationToken.IsCancellationRequested)
            {
                LogTrouble(logger, e.GetType().Name);
                await Task.Delay(Pause, cancellationToken);
            }
        }
    }

    [LoggerMessage(500, LogLevel.Warning, "A message that is no CloudEvent was not archived")]
    static partial void LogNoEvent(ILogger logger);

    [LoggerMessage(501, LogLevel.Warning, "Events wait to be archived ({Reason})")]
    static partial void LogTrouble(ILogger logger, string reason);
}
