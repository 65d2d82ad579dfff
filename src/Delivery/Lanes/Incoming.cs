using EventBus.Contracts;

namespace EventBus.Delivery.Lanes;

/// <summary>An event that a lane is given to store.</summary>
/// <param name="Event">The event; null where the message is none, which makes it a dead letter.</param>
/// <param name="Body">The structured CloudEvent.</param>
public sealed record Incoming(CloudEvent? Event, byte[] Body)
{
    /// <summary>Why it is dead already when it comes: the broker gave it up. Null otherwise.</summary>
    public string? DeadCause { get; init; }

    /// <summary>The only endpoint that it goes to, and that not even the handler sees it beside; null for all that ask for it.</summary>
    public string? OnlyTo { get; init; }
}
