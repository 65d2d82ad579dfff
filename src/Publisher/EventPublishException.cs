namespace EventBus.Publisher;

/// <summary>The broker did not confirm an event: it is away, refuses, or has no queue for it.</summary>
public sealed class EventPublishException : Exception
{
    /// <inheritdoc/>
    public EventPublishException()
        : this("The broker did not confirm the event.")
    {
    }

    /// <inheritdoc/>
    public EventPublishException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public EventPublishException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Where several events were published together: the places, from 0, of those that are not confirmed. Empty where that is not known.</summary>
    public IReadOnlyList<int> Unconfirmed { get; internal set; } = [];
}
