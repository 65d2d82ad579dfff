using EventBus.Consumers.Workflows.Definitions;
using EventBus.Consumers.Workflows.Expressions;
using EventBus.Contracts;
using EventBus.Storage;
using EventBus.Storage.Workflows;

namespace EventBus.Consumers.Workflows.Runs;

/// <summary>What follows for a run from what has happened to it: how it stands then, and the events that are to be published. It touches nothing else.</summary>
sealed class RunMachine
{
    const string DeadLetter = "the message is a dead letter";

    readonly Workflow _workflow;
    readonly RunEvents _events;
    readonly TimeSpan _settle;
    readonly DateTimeOffset _now;
    readonly List<CloudEvent> _published = [];
    WorkflowRun _run;

    RunMachine(Workflow workflow, WorkflowRun run, RunEvents events, TimeSpan settle, DateTimeOffset now) =>
        (_workflow, _run, _events, _settle, _now) = (workflow, run, events, settle, now);

    /// <summary>Decides.</summary>
    /// <param name="workflow">The definition that the run began with.</param>
    /// <param name="run">How it stands.</param>
    /// <param name="events">The events that it knows.</param>
    /// <param name="input">What has happened.</param>
    /// <param name="settle">How long after a wait's limit it is decided, since events accepted before may be on their way.</param>
    /// <param name="now">The time.</param>
    public static (WorkflowRun Run, IReadOnlyList<CloudEvent> Published) Next(Workflow workflow, WorkflowRun run, RunEvents events, RunInput input, TimeSpan settle, DateTimeOffset now)
    {
        var machine = new RunMachine(workflow, run, events, settle, now);
        if (run.EndedAt is null)
        {
            machine.Take(input);
        }

        return (machine._run, machine._published);
    }

    void Take(RunInput input)
    {
        switch (input)
        {
            case RunInput.StartedInput:
                Go(_workflow.First);
                break;
            case RunInput.ArrivedInput when Waiting() is { Until: not null } wait:
                Arrive(wait);
                break;
            case RunInput.RangInput rang when Waiting() is { } wait && _now >= _run.RingsAt:
                Ring(wait, rang.HasUnhandled);
                break;
            case RunInput.DeliveryInput delivery when _run.Sent is not null:
                Delivered(delivery.State);
                break;
        }
    }

    /// <summary>Begins a step, and those behind it as far as they go at once.</summary>
    void Go(string? path)
    {
        for (; path is not null; path = Begin(_workflow[path]))
        {
            _run = _run with { At = path, Status = RunStatus.Running };
        }

        if (_run is { EndedAt: null, At: null })
        {
            _run = _run with { Status = RunStatus.Completed, EndedAt = _now };
        }
    }

    /// <returns>The step behind it; null where it is under way, or there is none.</returns>
    string? Begin(Step step)
    {
        _run = _run with { Steps = [.. _run.Steps, new RunStep(step.Path, step.Kind, StepState.Begun, _now)] };
        try
        {
            switch (step)
            {
                case SendStep send:
                    var message = OwnEvents.Message(_run, send, _events.ScopeOf(_run), _now);
                    _published.Add(message);
                    Update(s => s with { Endpoint = send.Endpoint, EventId = message.Id });
                    _run = _run with { Sent = new RunDelivery(send.Endpoint, EventKey.Of(message), DeliveryState.Waiting) };
                    return null;
                case PublishStep publish:
                    var @event = OwnEvents.Published(_run, publish, _events.ScopeOf(_run), _now);
                    _published.Add(@event);
                    Update(s => s with { EventId = @event.Id });
                    return Done(_workflow.After(step.Path), null);
                case WaitStep wait:
                    return Wait(wait);
                case BranchStep branch:
                    var chosen = branch.Cases.ToList().FindIndex(c => c.If?.Holds(_events.ScopeOf(_run)) != false);
                    return chosen < 0 ? Done(_workflow.After(step.Path), "none") : Done(branch.Cases[chosen].Then[0].Path, $"branch[{chosen}]");
                case EndStep end:
                    Done(null, null);
                    _run = _run with { Reason = end.Reason };
                    return null;
                default:
                    throw new InvalidOperationException($"There is no step {step.Kind}.");
            }
        }
        catch (StepFailedException e)
        {
            _run = _run.Fail(e.Message, _now);
            return null;
        }
    }

    string? Wait(WaitStep wait)
    {
        var until = _now + wait.Limit;
        Update(s => s with { Until = until });
        if (_events.Ending(wait, _run) is { } ending)
        {
            return Arrived(wait, ending);
        }

        _run = _run with { Status = RunStatus.Waiting, RingsAt = wait.Until is null ? until : until + _settle };
        return null;
    }

    void Arrive(WaitStep wait)
    {
        if (_events.Ending(wait, _run) is { } ending)
        {
            Go(Arrived(wait, ending));
        }
    }

    void Ring(WaitStep wait, bool hasUnhandled)
    {
        if (wait.Until is null)
        {
            Go(Done(_workflow.After(wait.Path), null));
        }
        else if (_events.Ending(wait, _run) is { } ending)
        {
            Go(Arrived(wait, ending));
        }
        else if (hasUnhandled)
        {
            _run = _run with { RingsAt = _now + TimeSpan.FromSeconds(1) };
        }
        else if (_now > _run.RingsAt + _settle && !_run.Steps[^1].Settled)
        {
            // Nobody was there when it was to ring, so events may be on their way that were accepted in time.
            Update(s => s with { Settled = true });
            _run = _run with { RingsAt = _now + _settle };
        }
        else
        {
            Go(Done(wait.Timeout.Count > 0 ? wait.Timeout[0].Path : _workflow.After(wait.Path), "timeout"));
        }
    }

    string? Arrived(WaitStep wait, RunEvent ending)
    {
        Update(s => s with { Entry = ending.Entry, EventId = ending.Event.Id });
        return Done(wait.Arrived.Count > 0 ? wait.Arrived[0].Path : _workflow.After(wait.Path), "arrived");
    }

    void Delivered(DeliveryState? state)
    {
        switch (state)
        {
            case DeliveryState.Waiting:
                _run = _run with { Status = RunStatus.Running, Reason = null, Sent = _run.Sent! with { State = DeliveryState.Waiting } };
                Update(s => s with { State = StepState.Begun, Decision = null });
                break;
            case DeliveryState.Dead:
                // Not for good: an operator can have it tried again.
                Update(s => s with { State = StepState.Failed, Decision = DeadLetter });
                _run = _run with { Status = RunStatus.Failed, Reason = $"{_run.At}: {DeadLetter}", Sent = _run.Sent! with { State = DeliveryState.Dead } };
                break;
            case DeliveryState.Processed or DeliveryState.Superseded:
                _run = _run with { Reason = null, Sent = null };
                Go(Done(_workflow.After(_run.At!), state == DeliveryState.Superseded ? "superseded" : "delivered"));
                break;
            default:
                _run = _run.Fail(state is null ? $"no endpoint {_run.Sent!.Endpoint} is configured" : $"the message was {state.Value.ToString().ToLowerInvariant()}", _now);
                break;
        }
    }

    WaitStep? Waiting() => _run is { Status: RunStatus.Waiting, At: { } at } ? (WaitStep)_workflow[at] : null;

    /// <summary>Ends the step that is under way.</summary>
    string? Done(string? next, string? decision)
    {
        Update(s => s with { State = StepState.Done, EndedAt = _now, Decision = decision });
        _run = _run with { At = next, RingsAt = null };
        return next;
    }

    /// <summary>Changes the step that was begun last.</summary>
    void Update(Func<RunStep, RunStep> change) => _run = _run with { Steps = [.. _run.Steps.SkipLast(1), change(_run.Steps[^1])] };
}
