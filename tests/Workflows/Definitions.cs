using System.Text.Json;
using EventBus.Consumers.Workflows.Definitions;
using EventBus.Tests.Fixtures;

namespace EventBus.Tests.Workflows;

/// <summary>Workflows for tests.</summary>
static class Definitions
{
    /// <summary>A workflow, written as JSON.</summary>
    public static Workflow Read(string json)
    {
        var errors = new List<string>();
        var workflow = WorkflowReader.Read(JsonElement.Parse(json), (path, detail) => errors.Add($"{path} {detail}"));
        Assert.Empty(errors);
        return workflow!;
    }

    /// <summary>What is wrong with a file of a name and a text.</summary>
    public static IReadOnlyList<string> Errors(string name, string text)
    {
        using var directory = new TempDirectory();
        File.WriteAllText(Path.Combine(directory.FullName, name), text);
        return [.. WorkflowFiles.Read([directory.FullName]).Errors.Select(e => e.ToString().Replace($"{directory.FullName}/", "", StringComparison.Ordinal))];
    }

    /// <summary>The body of the workflow in a file of a name and a text.</summary>
    public static string Body(string name, string text)
    {
        using var directory = new TempDirectory();
        File.WriteAllText(Path.Combine(directory.FullName, name), text);
        var files = WorkflowFiles.Read([directory.FullName]);
        Assert.Empty(files.Errors);
        return Assert.Single(files.Workflows).Workflow.Body;
    }
}
