namespace EventBus.Storage;

/// <summary>What became of an event at a consumer, or on its way to an endpoint. The numbers are stored.</summary>
public enum DeliveryState
{
    /// <summary>Not done yet: to be handled, or waiting for its turn or its next attempt.</summary>
    Waiting = 0,

    /// <summary>The consumer has handled it, or the endpoint has taken it.</summary>
    Processed = 1,

    /// <summary>It was not for this consumer or endpoint after all.</summary>
    Filtered = 2,

    /// <summary>A newer event of the subject took its place while it waited for another attempt.</summary>
    Superseded = 3,

    /// <summary>It failed for good; see the dead letter.</summary>
    Dead = 4,

    /// <summary>An operator gave it up, with a reason.</summary>
    Discarded = 5,

    /// <summary>Whoever waited for the outcome had gone.</summary>
    Expired = 6,
}
