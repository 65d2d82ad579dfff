namespace EventBus.Operations.Access;

/// <summary>An account, without its password.</summary>
public sealed class User
{
    /// <summary>Its name.</summary>
    public string Name { get; init; } = "";

    /// <summary>What it is for.</summary>
    public Role Role { get; init; }

    /// <summary>Whether it may see payloads and subjects.</summary>
    public bool Payloads { get; init; }

    /// <summary>Whether it may not sign in any more.</summary>
    public bool Disabled { get; init; }

    /// <summary>Until when it is locked after wrong passwords, in milliseconds since 1970-01-01 UTC; in the past where it is not.</summary>
    public long LockedUntil { get; init; }

    /// <summary>When it was made, in milliseconds since 1970-01-01 UTC.</summary>
    public long CreatedAt { get; init; }

    /// <summary>When one of its sessions was last used, in milliseconds since 1970-01-01 UTC.</summary>
    public long? UsedAt { get; init; }
}
