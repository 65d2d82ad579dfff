using System.Text;
using System.Text.Json;

namespace EventBus.Consumers.Workflows.Definitions;

/// <summary>Workflows in files, one in each: <c>*.yaml</c>, <c>*.yml</c>, <c>*.json</c>.</summary>
/// <param name="Workflows">Those that are valid.</param>
/// <param name="Errors">What is wrong, of all files.</param>
sealed record WorkflowFiles(IReadOnlyList<(string File, Workflow Workflow)> Workflows, IReadOnlyList<WorkflowError> Errors)
{
    /// <summary>The largest file, in bytes.</summary>
    public const int MaxBytes = 256 * 1024;

    /// <summary>The deepest that a file may be.</summary>
    public const int MaxDepth = 48;

    static readonly string[] Extensions = [".yaml", ".yml", ".json"];
    static readonly JsonDocumentOptions ReadOptions = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };
    static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads files, and all that are directly in directories.</summary>
    public static WorkflowFiles Read(IEnumerable<string> paths)
    {
        var errors = new List<WorkflowError>();
        var workflows = new List<(string File, Workflow Workflow)>();
        foreach (var file in paths.SelectMany(p => FilesOf(p, errors)))
        {
            if (Parse(file, errors) is { } definition && ReadOne(file, definition, errors) is { } workflow)
            {
                if (workflows.Find(w => w.Workflow.Name == workflow.Name) is { File: { } other })
                {
                    errors.Add(new WorkflowError(file, "name", $"is that of {other} as well; each workflow has a name of its own"));
                }

                workflows.Add((file, workflow));
            }
        }

        return new WorkflowFiles(workflows, errors);
    }

    static Workflow? ReadOne(string file, JsonElement definition, List<WorkflowError> errors)
    {
        try
        {
            return WorkflowReader.Read(definition, (path, detail) => errors.Add(new WorkflowError(file, path, detail)));
        }
        catch (InvalidOperationException)
        {
            errors.Add(new WorkflowError(file, "", "has a text with half of a surrogate pair"));
            return null;
        }
    }

    static IEnumerable<string> FilesOf(string path, List<WorkflowError> errors)
    {
        if (Directory.Exists(path))
        {
            return Directory.GetFiles(path).Where(f => Extensions.Contains(Path.GetExtension(f), StringComparer.OrdinalIgnoreCase)).Order(StringComparer.Ordinal);
        }

        if (File.Exists(path))
        {
            return [path];
        }

        errors.Add(new WorkflowError(path, "", "is neither a file nor a directory; for example /etc/eventbus/workflows"));
        return [];
    }

    static JsonElement? Parse(string file, List<WorkflowError> errors)
    {
        try
        {
            if (new FileInfo(file).Length > MaxBytes)
            {
                errors.Add(new WorkflowError(file, "", $"is larger than {MaxBytes / 1024} KiB"));
                return null;
            }

            var text = Utf8.GetString(File.ReadAllBytes(file)).TrimStart('\uFEFF');
            return string.Equals(Path.GetExtension(file), ".json", StringComparison.OrdinalIgnoreCase)
                ? JsonElement.Parse(text, ReadOptions)
                : JsonSerializer.SerializeToElement(YamlTree.Read(text, MaxDepth));
        }
        catch (FormatException e)
        {
            errors.Add(new WorkflowError(file, "", e.Message));
        }
        catch (JsonException e)
        {
            errors.Add(new WorkflowError(file, "", $"line {e.LineNumber + 1}: is no JSON, is deeper than {MaxDepth} levels, or has an entry twice"));
        }
        catch (ArgumentException)
        {
            errors.Add(new WorkflowError(file, "", "is not UTF-8"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.Add(new WorkflowError(file, "", $"cannot be read ({e.GetType().Name})"));
        }

        return null;
    }
}
