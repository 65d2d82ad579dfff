using System.Text.Json;

namespace EventBus.Consumers.Workflows.Definitions;

/// <summary>A part of a definition, with its path; what is wrong with it is collected, so that all errors are told at once.</summary>
sealed class DefinitionNode(JsonElement value, string path, Action<string, string> fail)
{
    public JsonElement Value => value;

    public string Path => path;

    public void Fail(string detail) => fail(path, detail);

    /// <summary>Whether it is an object that has these entries and no others.</summary>
    /// <param name="required">The entries that have to be there.</param>
    /// <param name="optional">The entries that may.</param>
    /// <param name="example">One that is valid.</param>
    public bool IsObject(IReadOnlyList<string> required, IReadOnlyList<string> optional, string example)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            Fail($"is not a set of entries; for example {example}");
            return false;
        }

        string[] known = [.. required, .. optional];
        foreach (var property in value.EnumerateObject().Where(p => !known.Contains(p.Name, StringComparer.Ordinal)))
        {
            fail(PathOf(property.Name), $"is not known here; the entries are {string.Join(", ", known)}");
        }

        var missing = required.Where(name => !Has(name)).ToList();
        missing.ForEach(name => fail(PathOf(name), $"is missing; for example {example}"));
        return missing.Count == 0;
    }

    public bool Has(string name) => value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out _);

    /// <summary>The entry of a name; null where it is not there.</summary>
    public DefinitionNode? Find(string name) => Has(name) ? new(value.GetProperty(name), PathOf(name), fail) : null;

    /// <summary>An entry that <see cref="IsObject"/> has required.</summary>
    public DefinitionNode Get(string name) => Find(name)!;

    /// <summary>The items of a list.</summary>
    /// <param name="max">How many there may be.</param>
    /// <param name="example">What is valid.</param>
    public IReadOnlyList<DefinitionNode> Items(int max, string example)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
        {
            Fail($"is not a list with at least one item; for example {example}");
            return [];
        }

        if (value.GetArrayLength() > max)
        {
            Fail($"has more than {max} items");
            return [];
        }

        return [.. value.EnumerateArray().Select((item, i) => new DefinitionNode(item, $"{path}[{i}]", fail))];
    }

    /// <summary>A text that is not empty; null, and an error, where it is none.</summary>
    public string? Text(string example)
    {
        if (value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 and <= 1000 } text)
        {
            return text;
        }

        Fail($"is not a text of 1 to 1000 characters; for example {example}");
        return null;
    }

    string PathOf(string name) => path.Length == 0 ? name : $"{path}.{name}";
}
