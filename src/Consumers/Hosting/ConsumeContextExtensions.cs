using EventBus.Contracts;
using MassTransit;

namespace EventBus.Consumers.Hosting;

/// <summary>What a consumer says of the event it was given.</summary>
public static class ConsumeContextExtensions
{
    /// <summary>Records what became of the event. Without a call, an event whose consumer returns is <see cref="EventOutcome.Processed"/>.</summary>
    public static void Record(this ConsumeContext context, EventOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.AddOrUpdatePayload(() => new RecordedOutcome(outcome), _ => new RecordedOutcome(outcome));
    }
}
