namespace EventBus.Consumers.Hosting.Reactions;

/// <summary>What happened once to something that a consumer keeps a record of.</summary>
public sealed class RecordEntry
{
    /// <summary>What it is known by, however often it comes.</summary>
    public string Id { get; init; } = "";

    /// <summary>When it was accepted, in milliseconds since 1970-01-01 UTC.</summary>
    public long At { get; init; }

    /// <summary>What it says, JSON.</summary>
    public string Body { get; init; } = "";
}
