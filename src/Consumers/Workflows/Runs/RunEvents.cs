using EventBus.Consumers.Workflows.Definitions;
using EventBus.Consumers.Workflows.Expressions;
using EventBus.Contracts;

namespace EventBus.Consumers.Workflows.Runs;

/// <summary>The events that a run knows.</summary>
/// <param name="Trigger">The one that started it.</param>
/// <param name="Others">Those that can end a wait of it, in the order of acceptance.</param>
sealed record RunEvents(CloudEvent Trigger, IReadOnlyList<RunEvent> Others)
{
    /// <summary>Whether an event is to be remembered for a wait: one that matches it, unless as many are as the run has waits. More cannot be used up before it.</summary>
    public bool IsWanted(Workflow workflow, CloudEvent @event) =>
        IsBehind(@event) && workflow.Waits.Any(w => w.Until!.Holds(new Scope(Trigger, @event), @event) && Others.Count(o => w.Until.Holds(new Scope(Trigger, o.Event), o.Event)) < workflow.Waits.Count);

    /// <summary>Whether an event was accepted after the trigger. One gateway counts; of several the clocks decide; without a gateway it is the order in which they came.</summary>
    bool IsBehind(CloudEvent @event) => (Trigger.Acceptance, @event.Acceptance) is not ({ } first, { } second)
        || (first.Gateway == second.Gateway ? second.Sequence > first.Sequence : second.Time >= first.Time);
}

/// <summary>An event that can end a wait.</summary>
/// <param name="Entry">What it is known by.</param>
/// <param name="At">When it was accepted.</param>
/// <param name="Event">The event.</param>
sealed record RunEvent(string Entry, DateTimeOffset At, CloudEvent Event);
