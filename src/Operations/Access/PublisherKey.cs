namespace EventBus.Operations.Access;

/// <summary>A publisher's key in the storage, without the key. Times are milliseconds since 1970-01-01 UTC.</summary>
public sealed class PublisherKey
{
    /// <summary>Whose key it is.</summary>
    public string Name { get; init; } = "";

    /// <summary>The sources that it may send for, one a line.</summary>
    public string Sources { get; init; } = "";

    /// <summary>The clinic or instance that its events belong to; null where it names none.</summary>
    public string? Tenant { get; init; }

    /// <summary>When it was made.</summary>
    public long CreatedAt { get; init; }

    /// <summary>When it was rotated last.</summary>
    public long? RotatedAt { get; init; }

    /// <summary>Until when the key before it counts too; in the past where it does not.</summary>
    public long PreviousUntil { get; init; }

    /// <summary>When it was revoked.</summary>
    public long? RevokedAt { get; init; }

    /// <summary>When it was used last, to the minute.</summary>
    public long? UsedAt { get; init; }
}
