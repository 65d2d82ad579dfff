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
    public int Attempts { get; set; }

    /// <summary>How often it has been begun since its last attempt was recorded.</summary>
    public int Starts { get; set; }

    /// <summary>Not to be tried before.</summary>
    public DateTimeOffset Due { get; set; }

    /// <summary>When the consumer stored it.</summary>
    public required DateTimeOffset StoredAt { get; init; }

    /// <summary>The structured CloudEvent.</summary>
    public required byte[] Body { get; init; }

    /// <summary>The event in <see cref="Body"/>.</summary>
    public CloudEvent Event => _event ??= EventJson.Parse(Body);

    /// <summary>Position only.</summary>
    public override string ToString() => $"{Endpoint} {Position}";
}
