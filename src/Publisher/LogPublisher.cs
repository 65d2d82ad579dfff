using EventBus.Contracts;
using EventBus.Publisher.Transport;
using EventBus.Storage;

namespace EventBus.Publisher;

/// <summary>Publishes within one process: to the log on disk, which the consumers read.</summary>
sealed class LogPublisher(EventArchive log, IEnumerable<EventQueue> queues, IServiceProvider services) : IEventPublisher
{
    public Task PublishAsync(CloudEvent @event, CancellationToken cancellationToken = default) => PublishAsync([@event], cancellationToken);

    public async Task PublishAsync(IReadOnlyCollection<CloudEvent> events, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(events);
        cancellationToken.ThrowIfCancellationRequested();
        TypePattern[] asked = [.. queues.Where(q => q.Source == QueueSource.Patterns).SelectMany(q => q.Patterns(services))];
        var ready = events.Select(EventChecks.Checked).Select(e => new ArchivedEvent(e, EventJson.ToUtf8Bytes(e), !asked.Any(p => p.Matches(e.Type)))).ToList();
        try
        {
            await log.AppendAsync(ready);
        }
        catch (Exception e) when (e is not ArgumentException)
        {
            throw new EventPublishException($"The event was not stored ({e.GetType().Name}).", e);
        }
    }
}
