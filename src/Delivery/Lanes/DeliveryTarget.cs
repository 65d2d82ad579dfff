using EventBus.Contracts;

namespace EventBus.Delivery.Lanes;

/// <summary>Where the lanes of a consumer bring events: an endpoint, or the consumer's own handler. One object serves every lane of the process, at once.</summary>
public abstract class DeliveryTarget
{
    /// <summary>The endpoint's name; empty for the consumer's own handler.</summary>
    public abstract string Name { get; }

    /// <summary>The types that it asks for.</summary>
    public abstract IReadOnlyList<TypePattern> Patterns { get; }

    /// <summary>Whether there is something to bring it of an event that it asks for; if not, the event is filtered.</summary>
    public virtual bool Wants(CloudEvent @event) => true;

    /// <summary>Whether, and how, it is asked before the senders of events are answered.</summary>
    public virtual RespondingRole Responds => RespondingRole.None;

    /// <summary>The tenant whose events it gets; null: those of all.</summary>
    public virtual string? Tenant => null;

    /// <summary>Whether an event whose subject is held by a failing one is refused at once, since its sender waits; else it waits its turn.</summary>
    public virtual bool RefusesHeld(CloudEvent @event) => false;

    /// <summary>Tells the sender of such an event.</summary>
    public virtual Task RefuseHeldAsync(CloudEvent @event, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>What a failed event does to later ones of its subject.</summary>
    public abstract OrderPolicy Order { get; }

    /// <summary>When a failed event is tried again.</summary>
    public abstract RetrySchedule Schedule { get; }

    /// <summary>Raised when events may begin that could not before; lanes ask again then.</summary>
    public event EventHandler? Opened;

    /// <summary>Asks for leave to begin an attempt: a free place, a turn in the rate, no pause, no open circuit. Every leave that is given is used at once, and given back with <see cref="AttemptAsync"/>.</summary>
    /// <param name="item">The event.</param>
    /// <param name="askAgain">When to ask again, where there is no leave; null: when <see cref="Opened"/> is raised.</param>
    /// <returns>Whether the attempt may begin.</returns>
    public abstract bool TryBegin(DeliveryItem item, out DateTimeOffset? askAgain);

    /// <summary>Makes one attempt, after leave was given. Failures are results, not exceptions.</summary>
    /// <param name="item">The event.</param>
    /// <param name="cancellationToken">The lane is given up: end at once, with <see cref="AttemptEnd.Postponed"/>.</param>
    public abstract Task<AttemptResult> AttemptAsync(DeliveryItem item, CancellationToken cancellationToken);

    /// <summary>Raises <see cref="Opened"/>.</summary>
    protected void Open() => Opened?.Invoke(this, EventArgs.Empty);
}

/// <summary>How somebody is asked before the sender of an event is answered. The numbers are stored.</summary>
public enum RespondingRole
{
    /// <summary>Not at all.</summary>
    None = 0,

    /// <summary>It judges, and does what the event asks for once that is decided.</summary>
    Judges = 1,

    /// <summary>It is called after all others have accepted, and its answer decides.</summary>
    Decides = 2,
}
