namespace EventBus.Storage;

/// <summary>How long what is done is kept, under <c>EventBus:Retention</c>: 1 hour to 10 years each. What waits, and a dead letter nobody has decided on, is kept until it is done.</summary>
public sealed class RetentionOptions
{
    /// <summary>Archived events; 90 days unless set. Older ones cannot be replayed.</summary>
    public TimeSpan Archive { get; set; } = TimeSpan.FromDays(90);

    /// <summary>Outcomes with their attempts, and so how long a repetition is known; 30 days unless set.</summary>
    public TimeSpan Outcomes { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Dead letters that were retried or discarded, replays that have ended, alerts that were resolved, and what was decided of events whose senders waited; 90 days unless set.</summary>
    public TimeSpan Operations { get; set; } = TimeSpan.FromDays(90);

    /// <summary>What gateways know of ids that were sent; 31 days unless set. It has to be longer than <c>EventBus:Gateway:IdempotencyWindow</c>, which decides what counts.</summary>
    public TimeSpan Idempotency { get; set; } = TimeSpan.FromDays(31);

    /// <summary>What consumers know of things that nothing comes for any more (commands, appointments, hospitalizations), and runs of workflows that have ended; 400 days unless set.</summary>
    public TimeSpan Records { get; set; } = TimeSpan.FromDays(400);

    /// <summary>The last <c>eventbus-sequence</c> of a subject that nothing comes for; 400 days unless set. Afterwards it counts from 1.</summary>
    public TimeSpan Sequences { get; set; } = TimeSpan.FromDays(400);
}
