namespace EventBus.Contracts;

/// <summary>What became of an event at one consumer.</summary>
public enum EventOutcome
{
    /// <summary>Handled: the consumer has done what the event asks for.</summary>
    Processed,

    /// <summary>Looked at, and rightly left alone.</summary>
    Filtered,

    /// <summary>Given up; kept in the consumer's dead letter queue with the reason.</summary>
    Dead,
}
