using System.Text.Json;

namespace EventBus.Consumers.CommandLifecycle;

/// <summary>How a command stands, read from everything that has happened to it.</summary>
sealed record CommandRecord
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>The clinic or instance it belongs to.</summary>
    public string? Tenant { get; init; }

    /// <summary>The sender.</summary>
    public required string Source { get; init; }

    /// <summary>What events about it are ordered by.</summary>
    public string? Subject { get; init; }

    /// <summary>Which kind of command, where a specific event has said so.</summary>
    public string? Command { get; init; }

    /// <summary>The note it stands in.</summary>
    public string? Note { get; init; }

    /// <summary>The patient.</summary>
    public string? Patient { get; init; }

    /// <summary>How far it has come.</summary>
    public CommandStatus Status { get; init; }

    /// <summary>When it was originated.</summary>
    public DateTimeOffset? OriginatedAt { get; init; }

    /// <summary>When it was committed.</summary>
    public DateTimeOffset? CommittedAt { get; init; }

    /// <summary>How often it was changed before it was committed.</summary>
    public int Edits { get; init; }

    /// <summary>Its last fields before or with the commit.</summary>
    public JsonElement? Fields { get; init; }

    /// <summary>What was published about it, by <see cref="Finding.Key"/>.</summary>
    public IReadOnlyList<string> Told { get; init; } = [];
}

/// <summary>How far a command has come.</summary>
enum CommandStatus
{
    /// <summary>Nothing has been done to it yet that is known.</summary>
    Announced,

    /// <summary>It stands in a note.</summary>
    Originated,

    /// <summary>It was signed and took effect.</summary>
    Committed,

    /// <summary>It was thrown away before that.</summary>
    Deleted,

    /// <summary>It was struck as a mistake after that.</summary>
    EnteredInError,
}
