using System.Data.Common;
using EventBus.Consumers.Hosting.Reactions;
using EventBus.Contracts;
using MassTransit;

namespace EventBus.Consumers.Hosting;

/// <summary>What a consumer says of the event it was given, and what it keeps.</summary>
public static class ConsumeContextExtensions
{
    /// <summary>Records what became of the event. Without a call, an event whose consumer returns is <see cref="EventOutcome.Processed"/>.</summary>
    public static void Record(this ConsumeContext context, EventOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(context);
        RunOf(context).Outcome = outcome;
    }

    /// <summary>
    /// Writes in the transaction that records the outcome: both are stored or neither, so the effect of an event is there once, however often the event comes. The
    /// writes run after the handler has returned, and again where the storage asks for it.
    /// </summary>
    public static void Save(this ConsumeContext context, Func<DbTransaction, Task> write)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(write);
        RunOf(context).Add(write);
    }

    /// <summary>Reacts in the transaction that records the outcome: reads and writes records, sets timers, publishes. See <see cref="Save"/>.</summary>
    public static void React(this ConsumeContext context, Func<Reaction, Task> react)
    {
        ArgumentNullException.ThrowIfNull(react);
        var time = RunOf(context).Time;
        context.Save(transaction => react(new Reaction(transaction, time.GetUtcNow())));
    }

    static HandlerRun RunOf(ConsumeContext context) => context.GetOrAddPayload(() => new HandlerRun(TimeProvider.System));
}
