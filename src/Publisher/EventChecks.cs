using System.Diagnostics;
using EventBus.Contracts;

namespace EventBus.Publisher;

/// <summary>What holds for every event that is published, on whichever transport.</summary>
static class EventChecks
{
    /// <summary>The event with the current trace on it, checked.</summary>
    /// <exception cref="ArgumentException">It is no CloudEvent, or not the contract of its type's family.</exception>
    public static CloudEvent Checked(CloudEvent @event)
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

        return @event.TraceParent is null && Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } traceParent } ? @event with { TraceParent = traceParent } : @event;
    }
}
