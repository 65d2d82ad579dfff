using EventBus.Contracts;
using EventBus.Delivery.Lanes;
using MassTransit;
using MassTransit.Logging;
using MassTransit.Transports;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventBus.Consumers.Hosting;

/// <summary>A consumer's own handler: an <see cref="IConsumer{T}"/>, called through MassTransit's pipeline with events from the store.</summary>
sealed class HandlerTarget(IReadOnlyList<TypePattern> patterns, Func<IReceiveEndpointDispatcher> create, Responding? responding, HandlerOptions options, TimeProvider time) : DeliveryTarget
{
    static readonly Dictionary<string, object> NoHeaders = new(StringComparer.Ordinal);

    /// <summary>MassTransit's own lines about a failed message hold the text of the exception; the lane says what failed, without it.</summary>
    static readonly Lazy<ILogContext?> Silence = new(() =>
    {
        LogContext.ConfigureCurrentLogContext(NullLoggerFactory.Instance);
        return LogContext.Current;
    });

    readonly Lazy<IReceiveEndpointDispatcher> _dispatcher = new(create);
    readonly Lock _gate = new();
    int _atWork;

    public override string Name => "";

    public override OrderPolicy Order => OrderPolicy.Hold;

    public override RetrySchedule Schedule { get; } = options.RetrySchedule.Count == 0 ? RetrySchedule.Default : new RetrySchedule([.. options.RetrySchedule]);

    public override IReadOnlyList<TypePattern> Patterns => patterns;

    public override RespondingRole Responds => responding is null ? RespondingRole.None : RespondingRole.Judges;

    public override bool RefusesHeld(CloudEvent @event) => @event.AnswerTo is not null && @event.Replay is null && responding?.Responds(@event) == true;

    public override Task RefuseHeldAsync(CloudEvent @event, CancellationToken cancellationToken) => responding!.RefuseHeldAsync(@event, cancellationToken);

    public override bool TryBegin(DeliveryItem item, out DateTimeOffset? askAgain)
    {
        askAgain = null;
        lock (_gate)
        {
            if (_atWork == options.MaxConcurrency)
            {
                return false;
            }

            _atWork++;
            return true;
        }
    }

    public override async Task<AttemptResult> AttemptAsync(DeliveryItem item, CancellationToken cancellationToken)
    {
        var startedAt = time.GetUtcNow();
        var start = time.GetTimestamp();
        var run = new HandlerRun(time);

        LogContext.Current = Silence.Value;
        AttemptEnd? undone = null;
        try
        {
            undone = responding?.Responds(item.Event) == true ? await responding.AskAsync(item, cancellationToken) : null;
            if (undone is null)
            {
                await _dispatcher.Value.Dispatch(item.Body, NoHeaders, cancellationToken, run, item.Event);
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            run.Exception ??= e;
        }
        finally
        {
            bool wasFull;
            lock (_gate)
            {
                wasFull = _atWork-- == options.MaxConcurrency;
            }

            if (wasFull)
            {
                Open();
            }
        }

        var duration = time.GetElapsedTime(start);
        if (run.Exception is not null)
        {
            return cancellationToken.IsCancellationRequested ? new AttemptResult(AttemptEnd.Postponed) : AttemptResult.OfException(run.Exception, startedAt, duration);
        }

        if (undone is { } end)
        {
            return new AttemptResult(end) { StartedAt = startedAt, Duration = duration };
        }

        return new AttemptResult(run.IsTaken && run.Outcome == EventOutcome.Processed ? AttemptEnd.Processed : AttemptEnd.Filtered) { StartedAt = startedAt, Duration = duration, Save = run.Save };
    }
}
