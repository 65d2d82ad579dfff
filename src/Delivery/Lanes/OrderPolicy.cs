namespace EventBus.Delivery.Lanes;

/// <summary>What happens to the later events of a subject when one fails.</summary>
public enum OrderPolicy
{
    /// <summary>They wait until it succeeds or is dead-lettered. Other subjects flow on.</summary>
    Hold,

    /// <summary>A newer one takes the place of the one that waits for its next attempt.</summary>
    Supersede,

    /// <summary>They do not wait: each event is by itself.</summary>
    Unordered,
}
