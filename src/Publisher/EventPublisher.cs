using System.Diagnostics.Metrics;
using EventBus.Contracts;
using MassTransit;
using Microsoft.Extensions.Options;

namespace EventBus.Publisher;

/// <summary>Publishes through MassTransit: persistent, mandatory, confirmed.</summary>
sealed class EventPublisher : IEventPublisher, IDisposable
{
    static readonly Meter Meter = new("EventBus.Publisher");
    static readonly Counter<long> Published = Meter.CreateCounter<long>("eventbus.events.published", "{event}", "Events that the broker has confirmed.");

    readonly IBus _bus;
    readonly SemaphoreSlim _inFlight;
    readonly TimeSpan _timeout;

    public EventPublisher(IBus bus, IOptions<PublisherOptions> options)
    {
        _bus = bus;
        _timeout = options.Value.Timeout;
        _inFlight = new SemaphoreSlim(options.Value.MaxInFlight);
    }

    public Task PublishAsync(CloudEvent @event, CancellationToken cancellationToken = default) => PublishAsync([@event], cancellationToken);

    public async Task PublishAsync(IReadOnlyCollection<CloudEvent> events, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(events);
        var ready = events.Select(EventChecks.Checked).ToList();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_timeout);
        try
        {
            await Task.WhenAll(ready.Select(e => SendAsync(e, limit.Token)));
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new EventPublishException($"The broker did not confirm within {_timeout.TotalSeconds:0.###} s.", e);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new EventPublishException($"The broker did not take the event ({e.GetType().Name}).", e);
        }
    }

    public void Dispose() => _inFlight.Dispose();

    async Task SendAsync(CloudEvent @event, CancellationToken cancellationToken)
    {
        await _inFlight.WaitAsync(cancellationToken);
        try
        {
            // Not every step of the transport looks at the token, and whoever waits for an answer does not wait for a connection to be given up.
            var published = _bus.Publish(@event, @event.GetType(), cancellationToken);
            _ = published.ContinueWith(p => p.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            await published.WaitAsync(cancellationToken);
        }
        finally
        {
            _inFlight.Release();
        }

        Published.Add(1, new KeyValuePair<string, object?>("eventbus.family", @event.Family.Word));
    }
}
