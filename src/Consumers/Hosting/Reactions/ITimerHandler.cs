namespace EventBus.Consumers.Hosting.Reactions;

/// <summary>Takes the timers of a kind of record. Register it as a singleton.</summary>
public interface ITimerHandler
{
    /// <summary>The kind of record.</summary>
    string Kind { get; }

    /// <summary>A timer has rung. It is gone then, unless it is set again.</summary>
    /// <param name="reaction">What is done about it.</param>
    /// <param name="key">The record.</param>
    /// <param name="name">The timer.</param>
    Task RingAsync(Reaction reaction, string key, string name);
}
