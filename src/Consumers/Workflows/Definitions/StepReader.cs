using System.Text.Json;
using EventBus.Contracts;
using EventBus.Delivery;

namespace EventBus.Consumers.Workflows.Definitions;

/// <summary>Reads the steps of one workflow, within their limits.</summary>
sealed class StepReader
{
    /// <summary>Steps in a workflow.</summary>
    public const int MaxSteps = 100;

    /// <summary>Lists of steps within each other.</summary>
    public const int MaxDepth = 8;

    /// <summary>Patterns in one place.</summary>
    public const int MaxPatterns = 50;

    /// <summary>Waits for events in a workflow.</summary>
    public const int MaxWaits = 20;

    const string StepExample = "[{send: {endpoint: mailer, body: {order: \"{{trigger.data._id}}\"}}}]";
    const string WaitExample = "{for: 3d}, or {until: {events: [careportals.order.shipped]}, timeout: 3d}";
    const string BranchExample = "[{if: {path: trigger.data.status, equals: paid}, then: [{end: it is paid}]}, {else: [{end: it is not}]}]";

    readonly ExpressionReader _expressions = new();
    int _steps;
    int _waits;

    /// <summary>Reads which events are meant.</summary>
    public EventCondition? ReadEvents(DefinitionNode node)
    {
        if (!node.IsObject(["events"], ["where"], "{events: [careportals.order.created]}"))
        {
            return null;
        }

        var patterns = new List<TypePattern>();
        foreach (var item in node.Get("events").Items(MaxPatterns, "[careportals.order.created]"))
        {
            try
            {
                patterns.AddRange(item.Text("careportals.order.#") is { } text ? TypePattern.Read(text) : []);
            }
            catch (FormatException e)
            {
                item.Fail(e.Message);
            }
        }

        var where = node.Find("where") is { } condition ? _expressions.ReadCondition(condition) : null;
        return new EventCondition(patterns, where);
    }

    /// <summary>Reads a list of steps, so deep within others.</summary>
    public IReadOnlyList<Step> ReadSteps(DefinitionNode list, int depth)
    {
        if (depth > MaxDepth)
        {
            list.Fail($"is deeper than {MaxDepth} lists of steps within each other");
            return [];
        }

        return [.. list.Items(MaxSteps, StepExample).Select(item => ReadStep(item, depth)).OfType<Step>()];
    }

    Step? ReadStep(DefinitionNode node, int depth)
    {
        if (++_steps > MaxSteps)
        {
            if (_steps == MaxSteps + 1)
            {
                node.Fail($"is one of more than {MaxSteps} steps in a workflow");
            }

            return null;
        }

        var kinds = ((string[])["send", "publish", "wait", "branch", "end"]).Where(node.Has).ToList();
        if (kinds is not [var kind])
        {
            node.Fail($"is {(kinds.Count == 0 ? "no step" : "more than one step")}; a step has one of send, publish, wait, branch, end; for example {StepExample[1..^1]}");
            return null;
        }

        node.IsObject([kind], kind == "wait" ? ["arrived", "timeout"] : [], StepExample[1..^1]);
        var step = node.Get(kind);
        return kind switch
        {
            "send" => ReadSend(node.Path, step),
            "publish" => ReadPublish(node.Path, step),
            "wait" => ReadWait(node, step, depth),
            "branch" => ReadBranch(node.Path, step, depth),
            _ => step.Text("the order was paid") is { } reason ? new EndStep(node.Path, reason) : null,
        };
    }

    SendStep? ReadSend(string path, DefinitionNode node)
    {
        if (!node.IsObject(["endpoint", "body"], [], "{endpoint: mailer, body: {order: \"{{trigger.data._id}}\"}}"))
        {
            return null;
        }

        var endpoint = node.Get("endpoint").Text("mailer");
        return _expressions.ReadTemplate(node.Get("body")) is { } body && endpoint is not null ? new SendStep(path, endpoint, body) : null;
    }

    PublishStep? ReadPublish(string path, DefinitionNode node)
    {
        if (!node.IsObject(["type", "data"], ["subject"], "{type: clinic.task.requested, data: {order: \"{{trigger.data._id}}\"}}"))
        {
            return null;
        }

        var type = node.Get("type").Text("clinic.task.requested");
        if (type is not null && (type.StartsWith("eventbus.", StringComparison.Ordinal) || EventReader.Check(new UnclassifiedEvent { Source = DeliveringConsumers.WorkflowSource, Type = type }).Count > 0
            || type.Split('.') is not { Length: >= 3 } words || words.Any(w => w.Length == 0 || w.Any(c => !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '_'))))
        {
            node.Get("type").Fail("is no type of an event of your own: three words or more of a to z, 0 to 9 and '_', separated by dots, the first not eventbus; for example clinic.task.requested");
            type = null;
        }

        var data = _expressions.ReadTemplate(node.Get("data"));
        var subject = node.Find("subject") is { } s && s.Text("{{trigger.data.customer._id}}") is not null ? _expressions.ReadTemplate(s) : null;
        return type is not null && data is not null ? new PublishStep(path, type, data, subject) : null;
    }

    WaitStep? ReadWait(DefinitionNode step, DefinitionNode node, int depth)
    {
        if (!node.Has("until"))
        {
            foreach (var beside in (string[])["arrived", "timeout"])
            {
                step.Find(beside)?.Fail($"stands beside a wait that no event ends; for example {WaitExample}");
            }

            return node.IsObject(["for"], [], WaitExample) && ReadDuration(node.Get("for")) is { } time ? new WaitStep(step.Path, time, null, [], []) : null;
        }

        var isWhole = node.IsObject(["until", "timeout"], [], WaitExample);
        if (++_waits > MaxWaits)
        {
            node.Fail($"is one of more than {MaxWaits} waits for events in a workflow");
        }

        _expressions.SeesEvent = true;
        var until = ReadEvents(node.Get("until"));
        var limit = isWhole ? ReadDuration(node.Get("timeout")) : null;
        var arrived = step.Find("arrived") is { } a ? ReadSteps(a, depth + 1) : [];
        var timeout = step.Find("timeout") is { } t ? ReadSteps(t, depth + 1) : [];
        return until is not null && limit is { } most ? new WaitStep(step.Path, most, until, arrived, timeout) : null;
    }

    static TimeSpan? ReadDuration(DefinitionNode node)
    {
        var duration = node.Value.ValueKind == JsonValueKind.String ? Duration.Read(node.Value.GetString()!) : null;
        if (duration is null)
        {
            node.Fail(Duration.Rule);
        }

        return duration;
    }

    BranchStep ReadBranch(string path, DefinitionNode node, int depth)
    {
        var cases = new List<BranchCase>();
        var items = node.Items(MaxSteps, BranchExample);
        foreach (var item in items)
        {
            if (item.Has("else"))
            {
                item.IsObject(["else"], [], BranchExample);
                if (item != items[^1] || items.Count == 1)
                {
                    item.Fail("is not behind the other cases; else is the last one, behind at least one if");
                }

                cases.Add(new BranchCase(null, ReadSteps(item.Get("else"), depth + 1)));
            }
            else if (item.IsObject(["if", "then"], [], BranchExample))
            {
                var condition = _expressions.ReadCondition(item.Get("if"));
                cases.Add(new BranchCase(condition, ReadSteps(item.Get("then"), depth + 1)));
            }
        }

        return new BranchStep(path, cases);
    }
}
