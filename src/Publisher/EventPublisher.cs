using System.Diagnostics;
using System.Diagnostics.Metrics;
using EventBus.Contracts;
using EventBus.Publisher.Transport;
using MassTransit;
using Microsoft.Extensions.Options;

namespace EventBus.Publisher;

/// <summary>Publishes through MassTransit: persistent, mandatory, confirmed.</summary>
sealed class EventPublisher : IEventPublisher, IDisposable
{
    /// <summary>Instruments of this library.</summary>
    public const string MeterName = "EventBus.Publisher";

    static readonly Meter Meter = new(MeterName);
    static readonly Counter<long> Published = Meter.CreateCounter<long>("eventbus.events.published", "{event}", "Events that the broker has confirmed.");

    readonly IBus _bus;
    readonly IUnroutedEvents _unrouted;
    readonly SemaphoreSlim _inFlight;
    readonly TimeSpan _timeout;

    public EventPublisher(IBus bus, IUnroutedEvents unrouted, IOptions<PublisherOptions> options)
    {
        _bus = bus;
        _unrouted = unrouted;
        _timeout = options.Value.Timeout;
        _inFlight = new SemaphoreSlim(options.Value.MaxInFlight);
    }

    public Task PublishAsync(CloudEvent @event, CancellationToken cancellationToken = default) => PublishAsync([@event], cancellationToken);

    public async Task PublishAsync(IReadOnlyCollection<CloudEvent> events, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(events);
        foreach (var @event in events)
        {
            Check(@event);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_timeout);
        try
        {
            await Task.WhenAll(events.Select(e => SendAsync(e, limit.Token)));
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

    static void Check(CloudEvent @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        if (EventReader.Check(@event) is { Count: > 0 } errors)
        {
            throw new ArgumentException($"Not a CloudEvent: {string.Join("; ", errors)}", nameof(@event));
        }

        if (@event.GetType() != @event.Family.Contract)
        {
            throw new ArgumentException(
                $"The type '{@event.Type}' belongs to the family {@event.Family}, whose contract is {@event.Family.Contract.Name}, not {@event.GetType().Name}.", nameof(@event));
        }
    }

    async Task SendAsync(CloudEvent @event, CancellationToken cancellationToken)
    {
        if (@event.TraceParent is null && Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } traceParent })
        {
            @event = @event with { TraceParent = traceParent };
        }

        await _inFlight.WaitAsync(cancellationToken);
        try
        {
            await _bus.Publish(@event, @event.GetType(), cancellationToken);
            await _unrouted.KeepAsync(@event, cancellationToken);
        }
        finally
        {
            _inFlight.Release();
        }

        Published.Add(1, new KeyValuePair<string, object?>("eventbus.family", @event.Family.Word));
    }
}
