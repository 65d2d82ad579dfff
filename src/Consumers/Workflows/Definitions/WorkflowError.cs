namespace EventBus.Consumers.Workflows.Definitions;

/// <summary>What is wrong with a workflow's file.</summary>
/// <param name="File">The file.</param>
/// <param name="Path">Where in it: <c>then[2].wait.until</c>; empty for the file as a whole.</param>
/// <param name="Detail">What is wrong, and what is valid, without a subject: <c>is missing; for example …</c>.</param>
sealed record WorkflowError(string File, string Path, string Detail)
{
    public override string ToString() => Path.Length == 0 ? $"{File} {Detail}" : $"{File}: {Path} {Detail}";
}
