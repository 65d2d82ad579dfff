using EventBus.Storage.Workflows;

namespace EventBus.Operations;

/// <summary>Selects runs of workflows; what is null asks for nothing.</summary>
/// <param name="Workflow">Those of a workflow.</param>
/// <param name="Status">Those that stand so.</param>
/// <param name="Tenant">Those of a clinic or instance.</param>
/// <param name="Subject">Those about a subject.</param>
public sealed record WorkflowRunFilter(string? Workflow = null, RunStatus? Status = null, string? Tenant = null, string? Subject = null);
