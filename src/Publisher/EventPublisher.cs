using EventBus.Contracts;
using MassTransit;
using Microsoft.Extensions.Options;

namespace EventBus.Publisher;

/// <summary>Publishes through MassTransit: persistent, mandatory, confirmed.</summary>
sealed class EventPublisher : IEventPublisher, IDisposable
{
    /// <summary>How long a publish that was given up counts as in flight at most.</summary>
    static readonly TimeSpan Abandoned = TimeSpan.FromSeconds(30);

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
    /// the channel out of step, and each later request takes the answer before its own for that (rabbitmq-dotnet-client issue 1964). Whoever waits does not wait longer for
    /// that, and what is given up counts as in flight for a while, so that it does not pile up.
    /// </summary>
    async Task SendAsync(CloudEvent @event, CancellationToken cancellationToken)
    {
        await _inFlight.WaitAsync(cancellationToken);
        using var span = new SendSpan(@event);
        var sent = _bus.Publish(@event, @event.GetType(), CancellationToken.None);
        try
        {
            await sent.WaitAsync(cancellationToken);
            span.Confirmed();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            span.TimedOut();
            throw;
        }
        finally
        {
            if (sent.IsCompleted)
            {
                _inFlight.Release();
            }
            else
            {
                _ = ReleaseAsync(sent);
            }
        }
    }

    /// <summary>A publish that was given up ends when its connection does, or its broker answers; and where neither comes, others go on without it.</summary>
    async Task ReleaseAsync(Task sent)
    {
        _ = sent.ContinueWith(s => s.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        await Task.WhenAny(sent, Task.Delay(Abandoned));
        _inFlight.Release();
    }
}
