using System.Text.Json;
using EventBus.Consumers.Workflows.Expressions;

namespace EventBus.Consumers.Workflows.Definitions;

/// <summary>Reads the conditions, paths and templates of one workflow, within their limits.</summary>
sealed class ExpressionReader
{
    /// <summary>Conditions in a workflow.</summary>
    public const int MaxConditions = 200;

    /// <summary>Conditions within each other.</summary>
    public const int MaxDepth = 8;

    /// <summary>Placeholders in a template.</summary>
    public const int MaxPlaceholders = 200;

    const string Example = "{path: trigger.data.status, equals: paid}";

    static readonly string[] Tests = ["equals", "in", "exists", "lessThan", "atMost", "moreThan", "atLeast"];

    int _conditions;

    /// <summary>Whether there can be an event besides the trigger.</summary>
    public bool SeesEvent { get; set; }

    public Condition? ReadCondition(DefinitionNode node, int depth = 1)
    {
        if (depth > MaxDepth || ++_conditions > MaxConditions)
        {
            node.Fail(depth > MaxDepth ? $"is deeper than {MaxDepth} conditions within each other" : $"is one of more than {MaxConditions} conditions in a workflow");
            return null;
        }

        foreach (var group in (string[])["all", "any"])
        {
            if (node.Find(group) is { } items)
            {
                node.IsObject([group], [], $"{{{group}: [{Example}]}}");
                var of = items.Items(MaxConditions, $"[{Example}]").Select(i => ReadCondition(i, depth + 1)).ToList();
                return of.Contains(null) ? null : group == "all" ? new AllCondition(of!) : new AnyCondition(of!);
            }
        }

        if (node.Find("not") is { } not)
        {
            node.IsObject(["not"], [], $"{{not: {Example}}}");
            return ReadCondition(not, depth + 1) is { } of ? new NotCondition(of) : null;
        }

        return ReadTest(node);
    }

    /// <summary>Reads a path.</summary>
    public ValuePath? ReadPath(DefinitionNode node)
    {
        if (node.Text("trigger.data.status") is not { } text)
        {
            return null;
        }

        var path = ValuePath.Read(text);
        if (path is null)
        {
            node.Fail(ValuePath.Rule);
        }
        else
        {
            CheckEvent(node, path);
        }

        return path;
    }

    public Template? ReadTemplate(DefinitionNode node)
    {
        var texts = new Dictionary<string, PlaceholderText>(StringComparer.Ordinal);
        var faulty = false;
        foreach (var text in TextsIn(node.Value).Where(t => t.Contains("{{", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal))
        {
            if (PlaceholderText.Read(text) is { } read)
            {
                texts.Add(text, read);
            }
            else
            {
                faulty = true;
            }
        }

        if (faulty)
        {
            node.Fail(PlaceholderText.Rule);
            return null;
        }

        var template = new Template(node.Value, texts);
        if (template.Placeholders.Count() > MaxPlaceholders)
        {
            node.Fail($"has more than {MaxPlaceholders} placeholders");
            return null;
        }

        foreach (var placeholder in template.Placeholders)
        {
            CheckEvent(node, placeholder.Path);
        }

        return template;
    }

    Condition? ReadTest(DefinitionNode node)
    {
        if (!node.IsObject(["path"], Tests, Example))
        {
            return null;
        }

        var path = ReadPath(node.Get("path"));
        var tests = Tests.Where(node.Has).ToList();
        if (tests is not [var test])
        {
            node.Fail($"has {(tests.Count == 0 ? "no test" : "more than one test")}; beside path stands one of {string.Join(", ", Tests)}; for example {Example}");
            return null;
        }

        var value = node.Get(test);
        if (test == "exists")
        {
            if (value.Value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            {
                value.Fail("is neither true nor false");
                return null;
            }

            return path is null ? null : new ExistsCondition(path, value.Value.GetBoolean());
        }

        var operands = (test == "in" ? value.Items(MaxConditions, "[paid, shipped]") : [value]).Select(ReadOperand).ToList();
        if (path is null || operands.Count == 0 || operands.Contains(null))
        {
            return null;
        }

        return test switch
        {
            "equals" or "in" => new InCondition(path, operands!),
            "lessThan" => new CompareCondition(path, order => order < 0, operands[0]!),
            "atMost" => new CompareCondition(path, order => order <= 0, operands[0]!),
            "moreThan" => new CompareCondition(path, order => order > 0, operands[0]!),
            _ => new CompareCondition(path, order => order >= 0, operands[0]!),
        };
    }

    Operand? ReadOperand(DefinitionNode node)
    {
        if (node.Value.ValueKind == JsonValueKind.Object)
        {
            return node.IsObject(["path"], [], "{path: trigger.data._id}") && ReadPath(node.Get("path")) is { } path ? new Operand(node.Value, path) : null;
        }

        if (Scalar.IsScalar(node.Value))
        {
            return new Operand(node.Value, null);
        }

        node.Fail("is neither a text, a number, true or false, nor {path: …}; whether a value is there says exists");
        return null;
    }

    void CheckEvent(DefinitionNode node, ValuePath path)
    {
        if (path.IsOfEvent && !SeesEvent)
        {
            node.Fail($"has {path.Text}, but no wait until an event stands before it; the event that started the run is trigger");
        }
    }

    static IEnumerable<string> TextsIn(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => [element.GetString()!],
        JsonValueKind.Array => element.EnumerateArray().SelectMany(TextsIn),
        JsonValueKind.Object => element.EnumerateObject().SelectMany(p => TextsIn(p.Value)),
        _ => [],
    };
}
