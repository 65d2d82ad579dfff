namespace EventBus.Contracts;

/// <summary>
/// A consumer gives an event up: it goes to the dead letter queue at once, without another try. The message becomes the reason that operators read, so it
/// holds nothing of the payload.
/// </summary>
public class EventFailedException : Exception
{
    /// <inheritdoc/>
    public EventFailedException()
        : this("The consumer gave the event up.")
    {
    }

    /// <summary>Gives the event up for a reason.</summary>
    /// <param name="message">Why, in words that may be shown to anyone who runs the system.</param>
    public EventFailedException(string message)
        : base(message)
    {
    }

    /// <summary>Gives the event up for a reason that an exception explains.</summary>
    public EventFailedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>How often it was tried, 1 or more.</summary>
    public int Attempts { get; init; } = 1;

    /// <summary>The endpoint that failed, where one did.</summary>
    public string? Endpoint { get; init; }
}
