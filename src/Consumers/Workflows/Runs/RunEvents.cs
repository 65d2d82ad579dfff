using EventBus.Consumers.Workflows.Definitions;
using EventBus.Consumers.Workflows.Expressions;
using EventBus.Contracts;
using EventBus.Storage.Workflows;

namespace EventBus.Consumers.Workflows.Runs;

/// <summary>The events that a run knows.</summary>
/// <param name="Trigger">The one that started it.</param>
/// <param name="Others">Those that can end a wait of it, in the order of acceptance.</param>
sealed record RunEvents(CloudEvent Trigger, IReadOnlyList<RunEvent> Others)
{
    /// <summary>Whether an event is to be remembered for a wait: one that matches it, unless as many are as the run has waits. More cannot be used up before it.</summary>
    public bool IsWanted(Workflow workflow, CloudEvent @event) =>
        IsBehind(@event) && workflow.Waits.Any(w => w.Until!.Holds(new Scope(Trigger, @event), @event) && Others.Count(o => w.Until.Holds(new Scope(Trigger, o.Event), o.Event)) < workflow.Waits.Count);

    /// <summary>The first event that ends the wait that a run is at: accepted within it or, from the trigger on, before it; each event ends one wait.</summary>
    public RunEvent? Ending(WaitStep wait, WorkflowRun run) => wait.Until is null ? null : Others.FirstOrDefault(e =>
        e.At <= run.Steps[^1].Until && !run.Steps.Any(s => s.Entry == e.Entry) && wait.Until.Holds(new Scope(Trigger, e.Event), e.Event));

    /// <summary>What a run's conditions and templates see.</summary>
    public Scope ScopeOf(WorkflowRun run) =>
        new(Trigger, run.Steps.LastOrDefault(s => s.Entry is not null) is { } step ? Others.First(e => e.Entry == step.Entry).Event : null);

    /// <summary>Whether an event was accepted after the trigger. One gateway counts; of several the clocks decide; without a gateway it is the order in which they came.</summary>
    bool IsBehind(CloudEvent @event) => (Trigger.Acceptance, @event.Acceptance) is not ({ } first, { } second)
        || (first.Gateway == second.Gateway ? second.Sequence > first.Sequence : second.Time >= first.Time);
}

/// <summary>An event that can end a wait.</summary>
/// <param name="Entry">What it is known by.</param>
/// <param name="At">When it was accepted.</param>
/// <param name="Event">The event.</param>
sealed record RunEvent(string Entry, DateTimeOffset At, CloudEvent Event);
