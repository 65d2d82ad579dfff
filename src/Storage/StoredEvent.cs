namespace EventBus.Storage;

/// <summary>An archived event, as it is found.</summary>
public sealed class StoredEvent
{
    /// <summary>Its place in the archive.</summary>
    public long Position { get; init; }

    /// <summary>What this acceptance of the event is known by.</summary>
    public string EventKey { get; init; } = "";

    /// <summary>The event's id.</summary>
    public string Id { get; init; } = "";

    /// <summary>The event's source.</summary>
    public string Source { get; init; } = "";

    /// <summary>The event's type.</summary>
    public string Type { get; init; } = "";

    /// <summary>The family's word.</summary>
    public string Family { get; init; } = "";

    /// <summary>The clinic or instance.</summary>
    public string? Tenant { get; init; }

    /// <summary>What the event is about.</summary>
    public string? Subject { get; init; }

    /// <summary>The name of the key it was sent with.</summary>
    public string? Publisher { get; init; }

    /// <summary>The gateway that accepted it.</summary>
    public string? Gateway { get; init; }

    /// <summary>Its number at that gateway.</summary>
    public long? GatewaySequence { get; init; }

    /// <summary>When it was accepted, in milliseconds since 1970-01-01 UTC.</summary>
    public long AcceptedAt { get; init; }

    /// <summary>When it was archived, in milliseconds since 1970-01-01 UTC.</summary>
    public long ArchivedAt { get; init; }

    /// <summary>Whether no consumer had asked for it.</summary>
    public bool Unrouted { get; init; }

    /// <summary>Where a page ends that ends with it: <see cref="EventCursor"/>.</summary>
    public string Cursor => EventCursor.Of(this).ToString();

    /// <summary>The structured CloudEvent, where it was asked for.</summary>
    public byte[]? Body { get; init; }
}
