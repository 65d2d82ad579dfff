using System.Text.Json;
using EventBus.Consumers.Workflows.Expressions;
using EventBus.Contracts;
using EventBus.Storage;

namespace EventBus.Consumers.Workflows.Definitions;

/// <summary>A workflow, as defined.</summary>
sealed class Workflow
{
    readonly Dictionary<string, Step> _steps = new(StringComparer.Ordinal);
    readonly Dictionary<string, string?> _next = new(StringComparer.Ordinal);

    public Workflow(string name, bool enabled, EventCondition when, IReadOnlyList<Step> then, JsonElement definition)
    {
        (Name, IsEnabled, When) = (name, enabled, when);
        First = then[0].Path;
        Body = JsonSerializer.Serialize(definition);
        Hash = EventKey.Hash(Body);
        Link(then, null);
    }

    public string Name { get; }

    /// <summary>Whether it starts runs; those under way go on in any case.</summary>
    public bool IsEnabled { get; }

    /// <summary>What starts it.</summary>
    public EventCondition When { get; }

    /// <summary>The path of its first step.</summary>
    public string First { get; }

    /// <summary>The definition, JSON.</summary>
    public string Body { get; }

    /// <summary>What this very definition is known by.</summary>
    public string Hash { get; }

    public IEnumerable<Step> Steps => _steps.Values;

    /// <summary>The waits that an event can end.</summary>
    public IReadOnlyList<WaitStep> Waits => field ??= [.. Steps.OfType<WaitStep>().Where(w => w.Until is not null)];

    public Step this[string path] => _steps[path];

    /// <summary>Whether an event starts it.</summary>
    public bool IsStartedBy(CloudEvent @event) => IsEnabled && When.Holds(new Scope(@event, null), @event);

    /// <summary>Where a run goes on behind a step: its next sibling, else that of what it stands in. Null: nowhere, the run is complete.</summary>
    public string? After(string path) => _next[path];

    void Link(IReadOnlyList<Step> steps, string? after)
    {
        for (var i = 0; i < steps.Count; i++)
        {
            var next = i + 1 < steps.Count ? steps[i + 1].Path : after;
            _steps.Add(steps[i].Path, steps[i]);
            _next.Add(steps[i].Path, next);
            foreach (var inner in steps[i].Inner)
            {
                Link(inner, next);
            }
        }
    }
}
