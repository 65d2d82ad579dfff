using System.Collections.Concurrent;
using EventBus.Contracts;
using EventBus.Publisher.Transport;
using EventBus.Storage;

namespace EventBus.Publisher;

/// <summary>Publishes within one process: to the log on disk, which the consumers read.</summary>
sealed class LogPublisher(EventArchive log, IEnumerable<EventQueue> queues, IServiceProvider services) : IEventPublisher
{
    /// <summary>Types of which it is remembered whether they are asked for, more than come in turn anywhere; what senders make up is without end.</summary>
    const int MaxTypes = 16 * 1024;

    readonly EventQueue[] _queues = [.. queues.Where(q => q.Source == QueueSource.Patterns)];
    volatile Asked _asked = new([]);

    public Task PublishAsync(CloudEvent @event, CancellationToken cancellationToken = default) => PublishAsync([@event], cancellationToken);

    public async Task PublishAsync(IReadOnlyCollection<CloudEvent> events, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(events);
        cancellationToken.ThrowIfCancellationRequested();
        var asked = Now();
        var ready = events.Select(EventChecks.Checked).Select(e => new ArchivedEvent(e, EventJson.ToUtf8Bytes(e), !asked.Has(e.Type))).ToList();
        try
        {
            await log.AppendAsync(ready);
        }
        catch (Exception e) when (e is not ArgumentException)
        {
            throw new EventPublishException($"The event was not stored ({e.GetType().Name}).", e);
        }
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
