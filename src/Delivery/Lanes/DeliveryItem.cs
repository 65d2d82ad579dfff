using EventBus.Contracts;

namespace EventBus.Delivery.Lanes;

/// <summary>One event that waits at one target.</summary>
public sealed class DeliveryItem
{
    CloudEvent? _event;

    /// <summary>Its row.</summary>
    public required long Id { get; init; }

    /// <summary>Its place in the lane.</summary>
    public required long Position { get; init; }

    /// <summary>The name of the target: an endpoint's, or empty for the consumer's own handler.</summary>
    public required string Endpoint { get; init; }

    /// <summary>What one acceptance of the event is known by.</summary>
    public required string EventKey { get; init; }

    /// <summary>What its order is kept by.</summary>
    public required string SubjectKey { get; init; }

    /// <summary>Its number among the events of its subject at this endpoint, from 1; null at a handler.</summary>
    public long? Sequence { get; init; }

    /// <summary>Failed attempts so far.</summary>
    public int Attempts { get; init; }

    /// <summary>How often an earlier process has begun it without an outcome.</summary>
    public int Starts { get; init; }

    /// <summary>It may be what ended those processes, so it is begun when no other such event is at work.</summary>
    public bool IsSuspect => Starts >= 2;

    /// <summary>Not to be tried before; the smallest value: at once.</summary>
    public DateTimeOffset Due { get; init; }

    /// <summary>When the consumer stored it.</summary>
    public required DateTimeOffset StoredAt { get; init; }

    /// <summary>The structured CloudEvent.</summary>
    public required byte[] Body { get; init; }

    /// <summary>The event in <see cref="Body"/>.</summary>
    public CloudEvent Event
    {
        get => _event ??= EventJson.Parse(Body);
        init => _event = value;
    }

    /// <summary>Position only.</summary>
    public override string ToString() => $"{Endpoint} {Position}";
}
