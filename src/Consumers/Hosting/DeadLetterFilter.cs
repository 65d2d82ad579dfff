using System.Diagnostics;
using EventBus.Contracts;
using MassTransit;
using MassTransit.Middleware;
using Microsoft.Extensions.Logging;

namespace EventBus.Consumers.Hosting;

/// <summary>
/// Moves an event that failed for good to the dead letter queue, as it came, with the reason in its headers. Texts of exceptions that consumers throw can hold
/// patient data, so only the exception's type and the first frame of the stack go along; the reason of an <see cref="EventFailedException"/> is meant to be read.
/// </summary>
sealed partial class DeadLetterFilter(string consumer, ILogger logger) : IFilter<ExceptionReceiveContext>
{
    readonly IFilter<ExceptionReceiveContext> _transport = new ErrorTransportFilter();

    public Task Send(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next)
    {
        var exception = context.Exception is ConsumerException { InnerException: { } inner } ? inner : context.Exception;
        var failed = exception as EventFailedException;
        var reason = failed?.Message ?? exception.GetType().FullName!;
        var frame = FirstFrame(exception);

        var headers = context.ExceptionHeaders;
        foreach (var (name, _) in headers.GetAll().ToList())
        {
            headers.Set(name, null);
        }

        headers.Set("eventbus-consumer", consumer);
        headers.Set("eventbus-reason", reason);
        headers.Set("eventbus-exception", exception.GetType().FullName);
        headers.Set("eventbus-frame", frame);
        headers.Set("eventbus-attempts", failed?.Attempts ?? EventConsumerExtensions.MaxAttempts);
        headers.Set("eventbus-endpoint", failed?.Endpoint);
        headers.Set("eventbus-time", context.ExceptionTimestamp.ToString("O"));

        var @event = TryRead(context);
        ConsumerMetrics.Record(consumer, @event, EventOutcome.Dead);
        LogDead(logger, @event?.Id, @event?.Type, consumer, reason, frame);
        return _transport.Send(context, next);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("dead-letter");

    static CloudEvent? TryRead(ReceiveContext context)
    {
        try
        {
            return EventJson.Parse(context.Body.GetBytes());
        }
        catch (System.Text.Json.JsonException)
        {
            // A message that is no event is the very thing that is dead-lettered here.
            return null;
        }
    }

    static string? FirstFrame(Exception exception) => new StackTrace(exception).GetFrame(0)?.GetMethod() is { } method
        ? $"{method.DeclaringType?.FullName}.{method.Name}"
        : null;

    [LoggerMessage(200, LogLevel.Error, "Event {EventId} ({EventType}) is dead at consumer {Consumer}: {Reason}, thrown at {Frame}")]
    static partial void LogDead(ILogger logger, string? eventId, string? eventType, string consumer, string reason, string? frame);
}
