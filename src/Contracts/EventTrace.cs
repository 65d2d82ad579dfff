using System.Diagnostics;

namespace EventBus.Contracts;

/// <summary>The trace that an event belongs to, as its <c>traceparent</c> says (W3C Trace Context).</summary>
public static class EventTrace
{
    /// <summary>What is done because of the event continues from here; the default where it belongs to no trace.</summary>
    public static ActivityContext Of(CloudEvent @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        return ActivityContext.TryParse(@event.TraceParent, null, isRemote: true, out var context) ? context : default;
    }

    /// <summary>The trace's id, 32 hexadecimal digits; null where it belongs to none.</summary>
    public static string? IdOf(CloudEvent @event) => Of(@event) is { TraceId: var id } && id != default ? id.ToHexString() : null;
}
