namespace EventBus.Operations.Access;

/// <summary>Somebody who is signed in.</summary>
public sealed class Session
{
    /// <summary>What it is known by; not what the cookie holds.</summary>
    public string Id { get; init; } = "";

    /// <summary>The account.</summary>
    public string UserName { get; init; } = "";

    /// <summary>When it began, in milliseconds since 1970-01-01 UTC.</summary>
    public long CreatedAt { get; init; }

    /// <summary>When it was last used, in milliseconds since 1970-01-01 UTC.</summary>
    public long UsedAt { get; init; }

    /// <summary>What its account is for.</summary>
    public Role Role { get; init; }

    /// <summary>Whether its account may see payloads and subjects.</summary>
    public bool Payloads { get; init; }

    /// <summary>Who acts in it.</summary>
    public Actor Actor => new(UserName, Role, Payloads, Actor.Console);
}
