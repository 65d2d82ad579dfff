using System.Diagnostics;
using EventBus.Contracts;
using EventBus.Publisher.Topology;
using EventBus.Publisher.Transport;
using Microsoft.Extensions.Options;

namespace EventBus.Publisher;

/// <summary>Publishes to the broker: persistent, mandatory, confirmed.</summary>
sealed class EventPublisher : IEventPublisher, IDisposable
{
    /// <summary>How long a publish that was given up counts as in flight at most.</summary>
    static readonly TimeSpan Abandoned = TimeSpan.FromSeconds(30);

    readonly BrokerWriter _writer;
    readonly SemaphoreSlim _inFlight;
    readonly TimeSpan _timeout;

    public EventPublisher(BrokerWriter writer, IOptions<PublisherOptions> options)
    {
        _writer = writer;
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
            await SendAsync(ready, limit.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new EventPublishException($"The broker did not confirm within {_timeout.TotalSeconds:0.###} s.", e);
        }
        catch (Exception e) when (e is not OperationCanceledException and not EventPublishException)
        {
            throw new EventPublishException($"The broker did not take the event ({e.GetType().Name}).", e);
        }
    }

    public void Dispose() => _inFlight.Dispose();

    /// <summary>Each waits for its turn before the next one does; whoever waits at the same time may go on in any order.</summary>
    async Task SendAsync(List<CloudEvent> events, CancellationToken cancellationToken)
    {
        var sending = new List<Task>(events.Count);
        try
        {
            foreach (var @event in events)
            {
                await _inFlight.WaitAsync(cancellationToken);
                sending.Add(SendAsync(@event, cancellationToken));
            }
        }
        finally
        {
            await Task.WhenAll(sending);
        }
    }

    /// <summary>What was given up and may be on its way already counts as in flight for a while, so that it does not pile up.</summary>
    async Task SendAsync(CloudEvent @event, CancellationToken cancellationToken)
    {
        using var span = new SendSpan(@event);
        var message = new OutgoingMessage(BrokerExchange.Of(@event.Family), @event.Type, @event.Id, EventJson.ToUtf8Bytes(@event))
        {
            Slot = Slots.Of(@event), Span = Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } id } ? id : null,
        };
        try
        {
            await _writer.WriteAsync(message, cancellationToken);
            span.Confirmed();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            span.TimedOut();
            throw;
        }
        finally
        {
            if (message.Task.IsCompleted)
            {
                _inFlight.Release();
            }
            else
            {
                _ = ReleaseAsync(message.Task);
            }
        }
    }

    /// <summary>A message that was given up ends when its connection does, or its broker answers; and where neither comes, others go on without it.</summary>
    async Task ReleaseAsync(Task sent)
    {
        _ = sent.ContinueWith(s => s.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        await Task.WhenAny(sent, Task.Delay(Abandoned));
        _inFlight.Release();
    }
}
