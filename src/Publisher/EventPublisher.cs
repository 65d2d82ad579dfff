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

    /// <summary>
    /// Nothing that MassTransit has begun is cancelled, since RabbitMQ.Client 7.1 does not bear it: a request of a channel whose answer nobody waits for any more leaves
    /// the channel out of step, and each later request takes the answer before its own for that (decision 0008). Whoever waits does not wait longer for
    /// that, and what is given up counts as in flight until it ends, so that it does not pile up.
    /// </summary>
    async Task SendAsync(CloudEvent @event, CancellationToken cancellationToken)
    {
        await _inFlight.WaitAsync(cancellationToken);
        var sent = SendToTheEndAsync(@event);
        _ = sent.ContinueWith(s => s.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        await sent.WaitAsync(cancellationToken);
    }

    async Task SendToTheEndAsync(CloudEvent @event)
    {
        try
        {
            await _bus.Publish(@event, @event.GetType(), CancellationToken.None);
        }
        finally
        {
            _inFlight.Release();
        }

        Published.Add(1, new KeyValuePair<string, object?>("eventbus.family", @event.Family.Word));
    }
}
