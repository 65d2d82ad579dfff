using EventBus.Contracts;
using Microsoft.Extensions.Logging;

namespace EventBus.Delivery;

/// <summary>Brings events to the endpoints that ask for them.</summary>
public sealed partial class EventDelivery(WebhookEndpoints endpoints, WebhookSender sender, ILogger<EventDelivery> logger)
{
    /// <summary>
    /// Delivers one event to every endpoint of a consumer that asks for it, all at once, so that a slow one holds no other back.
    /// </summary>
    /// <returns><see cref="EventOutcome.Processed"/> if an endpoint took it or the consumer has none; else <see cref="EventOutcome.Filtered"/>.</returns>
    /// <exception cref="EventFailedException">An endpoint failed on every attempt; the others have been served.</exception>
    public async Task<EventOutcome> DeliverAsync(string consumer, CloudEvent @event, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(@event);
        var mine = endpoints.Of(consumer).ToList();
        if (mine.Count == 0)
        {
            return EventOutcome.Processed;
        }

        var results = await Task.WhenAll(mine.Where(e => e.Wants(@event.Type)).Select(e => sender.SendAsync(e, @event, cancellationToken)));
        var failed = results.Where(r => r.Failure is not null).ToList();
        foreach (var result in failed)
        {
            LogFailed(logger, @event.Id, @event.Type, result.Endpoint.Name, result.Failure!, result.Attempts);
        }

        if (failed.Count > 0)
        {
            throw new EventFailedException(string.Join("; ", failed.Select(r => $"{r.Endpoint.Name}: {r.Failure}")))
            {
                Attempts = failed.Max(r => r.Attempts),
                Endpoint = string.Join(", ", failed.Select(r => r.Endpoint.Name)),
            };
        }

        return Array.Exists(results, r => r.Attempts > 0) ? EventOutcome.Processed : EventOutcome.Filtered;
    }

    [LoggerMessage(300, LogLevel.Error, "Event {EventId} ({EventType}) did not reach endpoint {Endpoint}: {Reason}, after {Attempts} attempts")]
    static partial void LogFailed(ILogger logger, string eventId, string eventType, string endpoint, string reason, int attempts);
}
