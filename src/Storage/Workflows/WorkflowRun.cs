using System.Text.Json.Serialization;

namespace EventBus.Storage.Workflows;

/// <summary>A run of a workflow, as it is stored. It names events and steps; what the events hold is not in it.</summary>
public sealed record WorkflowRun
{
    /// <summary>What it is known by: a hash of the workflow's name and of the event that started it.</summary>
    public required string Key { get; init; }

    /// <summary>The workflow's name.</summary>
    public required string Workflow { get; init; }

    /// <summary>The definition that it began with, by its hash.</summary>
    public required string Definition { get; init; }

    /// <summary>The clinic or instance.</summary>
    public string? Tenant { get; init; }

    /// <summary>The source of the event that started it.</summary>
    public required string Source { get; init; }

    /// <summary>What it is about; null where the event had no subject.</summary>
    public string? Subject { get; init; }

    /// <summary>The id of the event that started it.</summary>
    public required string TriggerId { get; init; }

    /// <summary>Its type.</summary>
    public required string TriggerType { get; init; }

    /// <summary>The entry of that event among those that the run knows.</summary>
    public required string Trigger { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>How it stands.</summary>
    public RunStatus Status { get; init; }

    /// <summary>Why it ended or failed, in words.</summary>
    public string? Reason { get; init; }

    /// <summary>When it ended; null while anything can follow.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>How many workflows stand between it and an event that came from outside.</summary>
    public int Hops { get; init; }

    /// <summary>The step that it is at; null where it has ended.</summary>
    public string? At { get; init; }

    /// <summary>When its timer rings; null where it has none.</summary>
    public DateTimeOffset? RingsAt { get; init; }

    /// <summary>The delivery that it waits for.</summary>
    public RunDelivery? Sent { get; init; }

    /// <summary>The steps that were begun, in order.</summary>
    public IReadOnlyList<RunStep> Steps { get; init; } = [];

    /// <summary>The same run, ended by an operator; nothing follows any more.</summary>
    public WorkflowRun Cancel(string reason, DateTimeOffset now) => this with
    {
        Status = RunStatus.Canceled, Reason = reason, EndedAt = now, At = null, RingsAt = null, Sent = null,
        Steps = [.. Steps.Select(s => s.EndedAt is null ? s with { State = StepState.Canceled, EndedAt = now } : s)],
    };

    /// <summary>The same run, ended by its last step, which cannot be done, nor ever will be.</summary>
    public WorkflowRun Fail(string cause, DateTimeOffset now) => this with
    {
        Status = RunStatus.Failed, Reason = $"{Steps[^1].Path}: {cause}", EndedAt = now, At = null, RingsAt = null, Sent = null,
        Steps = [.. Steps.SkipLast(1), Steps[^1] with { State = StepState.Failed, EndedAt = now, Decision = cause }],
    };
}

/// <summary>How a run stands.</summary>
public enum RunStatus
{
    /// <summary>It is at work; a delivery of it is under way.</summary>
    Running,

    /// <summary>It waits for a time or an event.</summary>
    Waiting,

    /// <summary>It has come to its end.</summary>
    Completed,

    /// <summary>A step could not be done. Where that is a dead letter, the run goes on when it is retried.</summary>
    Failed,

    /// <summary>An operator has ended it.</summary>
    Canceled,
}

/// <summary>A step that a run has begun.</summary>
/// <param name="Path">Where it stands in the definition.</param>
/// <param name="Kind">send, publish, wait, branch or end.</param>
/// <param name="State">How it stands.</param>
/// <param name="BegunAt">When it was begun.</param>
public sealed record RunStep(string Path, string Kind, StepState State, DateTimeOffset BegunAt)
{
    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>What was decided, or why it failed: <c>arrived</c>, <c>timeout</c>, <c>branch[1]</c>, a cause.</summary>
    public string? Decision { get; init; }

    /// <summary>Until when a wait lasts at most.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The endpoint that is sent to.</summary>
    public string? Endpoint { get; init; }

    /// <summary>The id of the event that was published or sent, or that ended the wait.</summary>
    public string? EventId { get; init; }

    /// <summary>The entry of the event that ended the wait.</summary>
    public string? Entry { get; init; }

    /// <summary>Whether its timer rang late, and events that had come meanwhile were let go first.</summary>
    public bool Settled { get; init; }
}

/// <summary>How a step stands.</summary>
public enum StepState
{
    /// <summary>It is under way.</summary>
    Begun,

    /// <summary>It is done.</summary>
    Done,

    /// <summary>It could not be done.</summary>
    Failed,

    /// <summary>The run was ended while it was under way.</summary>
    Canceled,
}

/// <summary>The delivery that a run waits for.</summary>
/// <param name="Endpoint">The endpoint.</param>
/// <param name="EventKey">What the event is known by there.</param>
/// <param name="State">What the run knows of it.</param>
public sealed record RunDelivery(string Endpoint, string EventKey, DeliveryState State);

[JsonSerializable(typeof(WorkflowRun))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
sealed partial class WorkflowJson : JsonSerializerContext;
