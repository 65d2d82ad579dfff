namespace EventBus.Operations;

/// <summary>A run of a workflow, in a list. Times are milliseconds since 1970-01-01 UTC.</summary>
public sealed class WorkflowRunSummary
{
    /// <summary>Its number; later ones have higher ones.</summary>
    public long Number { get; init; }

    /// <summary>What it is known by.</summary>
    public string Run { get; init; } = "";

    /// <summary>The workflow.</summary>
    public string Workflow { get; init; } = "";

    /// <summary>running, waiting, completed, failed or canceled.</summary>
    public string Status { get; init; } = "";

    /// <summary>The clinic or instance.</summary>
    public string? Tenant { get; init; }

    /// <summary>When it began.</summary>
    public long StartedAt { get; init; }

    /// <summary>When it ended; null while anything can follow.</summary>
    public long? EndedAt { get; init; }
}
