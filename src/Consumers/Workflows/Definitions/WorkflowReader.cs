using System.Text.Json;

namespace EventBus.Consumers.Workflows.Definitions;

/// <summary>Reads a workflow from JSON, and says everything that is wrong with it.</summary>
static class WorkflowReader
{
    /// <summary>A workflow that is valid, for those who see an error.</summary>
    public const string Example = """{"name": "welcome", "when": {"events": ["careportals.patient.signup"]}, "then": [{"send": {"endpoint": "mailer", "body": {"to": "{{trigger.data.email}}"}}}]}""";

    /// <summary>Reads a definition.</summary>
    /// <param name="definition">The root.</param>
    /// <param name="fail">Takes what is wrong: path and detail.</param>
    /// <returns>Null where anything is.</returns>
    public static Workflow? Read(JsonElement definition, Action<string, string> fail)
    {
        var errors = 0;
        var workflow = ReadRoot(new DefinitionNode(definition, "", (path, detail) =>
        {
            errors++;
            fail(path, detail);
        }));
        return errors == 0 ? workflow : null;
    }

    static Workflow? ReadRoot(DefinitionNode root)
    {
        root.IsObject(["name", "when", "then"], ["enabled"], Example);
        if (root.Find("name") is { } name && (name.Text("welcome") is not { } text || text.Length > 64 || text.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.'))))
        {
            name.Fail("is not 1 to 64 letters, digits, '-', '_' and '.'; for example welcome");
        }

        if (root.Find("enabled") is { Value.ValueKind: not (JsonValueKind.True or JsonValueKind.False) } enabled)
        {
            enabled.Fail("is neither true nor false");
        }

        var parts = new StepReader();
        var when = root.Find("when") is { } w ? parts.ReadEvents(w) : null;
        var then = root.Find("then") is { } t ? parts.ReadSteps(t, 1) : [];
        return when is null || then.Count == 0 || root.Find("name")?.Value is not { ValueKind: JsonValueKind.String } named
            ? null
            : new Workflow(named.GetString()!, root.Find("enabled")?.Value.ValueKind != JsonValueKind.False, when, then, root.Value);
    }
}
