using EventBus.Storage;

namespace EventBus.Delivery.Lanes;

/// <summary>What one attempt makes of an event.</summary>
/// <param name="Consumer">The consumer.</param>
/// <param name="Item">The event.</param>
/// <param name="Result">The attempt.</param>
/// <param name="State">Its outcome, or that it waits.</param>
/// <param name="Attempts">Failed attempts so far; with a success, attempts.</param>
/// <param name="Due">When it is tried again, where it waits.</param>
sealed record Completion(string Consumer, DeliveryItem Item, AttemptResult Result, DeliveryState State, int Attempts, DateTimeOffset? Due)
{
    /// <summary>What follows from an attempt.</summary>
    /// <param name="consumer">The consumer.</param>
    /// <param name="item">The event.</param>
    /// <param name="result">The attempt; not one that was postponed.</param>
    /// <param name="target">Where it was made.</param>
    /// <param name="hasNewer">Whether a newer event of the subject waits.</param>
    /// <param name="now">The time.</param>
    /// <param name="random">From 0 to 1.</param>
    public static Completion Of(string consumer, DeliveryItem item, AttemptResult result, DeliveryTarget target, bool hasNewer, DateTimeOffset now, double random)
    {
        var attempts = item.Attempts + 1;
        DeliveryState? outcome = result.End switch
        {
            AttemptEnd.Processed => DeliveryState.Processed,
            AttemptEnd.Filtered => DeliveryState.Filtered,
            AttemptEnd.Expired => DeliveryState.Expired,
            _ => null,
        };
        if (outcome is { } state)
        {
            return new Completion(consumer, item, result, state, attempts, null);
        }

        if (result.End == AttemptEnd.Rejected || target.Schedule.After(attempts, random) is not { } pause)
        {
            return new Completion(consumer, item, result, DeliveryState.Dead, attempts, null);
        }

        if (target.Order == OrderPolicy.Supersede && hasNewer)
        {
            return new Completion(consumer, item, result, DeliveryState.Superseded, attempts, null);
        }

        return new Completion(consumer, item, result, DeliveryState.Waiting, attempts, now + (result.RetryAfter > pause ? result.RetryAfter.Value : pause));
    }
}
