namespace EventBus.Operations.Access;

/// <summary>What an account is for; each role may do what those before it may.</summary>
public enum Role
{
    /// <summary>Sees everything but payloads and subjects.</summary>
    Viewer,

    /// <summary>Retries, discards, replays, pauses.</summary>
    Operator,

    /// <summary>Makes accounts.</summary>
    Admin,
}
