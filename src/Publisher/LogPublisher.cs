using System.Collections.Concurrent;
using EventBus.Contracts;
using EventBus.Publisher.Transport;
using EventBus.Storage;

namespace EventBus.Publisher;

/// <summary>Publishes within one process, where there is no broker: to the log on disk, which the consumers read.</summary>
public sealed class LogPublisher(EventArchive log, IEnumerable<EventQueue> queues, IServiceProvider services) : IEventPublisher
{
    /// <summary>Types of which it is remembered whether they are asked for, more than come in turn anywhere; what senders make up is without end.</summary>
    const int MaxTypes = 16 * 1024;

    readonly EventQueue[] _queues = [.. queues.Where(q => q.Source == QueueSource.Patterns)];
    volatile Asked _asked = new([]);

    /// <inheritdoc/>
    public Task PublishAsync(CloudEvent @event, CancellationToken cancellationToken = default) => PublishAsync([@event], cancellationToken);

    /// <inheritdoc/>
    public async Task PublishAsync(IReadOnlyCollection<CloudEvent> events, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(events);
        cancellationToken.ThrowIfCancellationRequested();
        var ready = Ready(events);
        try
        {
            await log.AppendAsync(ready);
        }
        catch (Exception e) when (e is not ArgumentException)
        {
            throw new EventPublishException($"The event was not stored ({e.GetType().Name}).", e);
        }
    }

    /// <summary>The events as they are appended to the log: with the current trace on them, checked. Whoever appends them has published them.</summary>
    /// <exception cref="ArgumentException">One of them is no CloudEvent, or not the contract of its type's family.</exception>
    public IReadOnlyList<ArchivedEvent> Ready(IReadOnlyCollection<CloudEvent> events)
    {
        var asked = Now();
        return [.. events.Select(EventChecks.Checked).Select(e => new ArchivedEvent(e, EventJson.ToUtf8Bytes(e), !asked.Has(e.Type)))];
    }

    /// <summary>What the consumers ask for now. Their lists are others when something has changed.</summary>
    Asked Now()
    {
        var asked = _asked;
        var isSame = asked.Lists.Length == _queues.Length;
        for (var i = 0; isSame && i < _queues.Length; i++)
        {
            isSame = ReferenceEquals(_queues[i].Patterns(services), asked.Lists[i]);
        }

        return isSame ? asked : _asked = new Asked([.. _queues.Select(q => q.Patterns(services))]);
    }

    sealed class Asked(IReadOnlyList<TypePattern>[] lists)
    {
        readonly ConcurrentDictionary<string, bool> _types = new(StringComparer.Ordinal);

        public IReadOnlyList<TypePattern>[] Lists => lists;

        public bool Has(string type)
        {
            if (!_types.TryGetValue(type, out var has))
            {
                has = Array.Exists(lists, l => l.Any(p => p.Matches(type)));
                if (_types.Count < MaxTypes)
                {
                    _types.TryAdd(type, has);
                }
            }

            return has;
        }
    }
}
