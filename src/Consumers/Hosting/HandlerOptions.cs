namespace EventBus.Consumers.Hosting;

/// <summary>How consumers' own handlers are called: settings under <c>EventBus:Consumers</c>.</summary>
public sealed class HandlerOptions
{
    /// <summary>How many events a handler is given at once, each of another subject; 1 to 10,000, 64 unless set.</summary>
    public int MaxConcurrency { get; set; } = 64;

    /// <summary>The pauses before further attempts where a handler throws; 5 s to 24 h, eleven of them, unless set.</summary>
    public IList<TimeSpan> RetrySchedule { get; } = [];
}
