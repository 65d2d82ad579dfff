namespace EventBus.Publisher;

/// <summary>Settings under <c>EventBus:Publisher</c>.</summary>
public sealed class PublisherOptions
{
    /// <summary>How long to wait for the broker's confirmation, 100 ms to 1 minute; 3 seconds unless set.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How many events may wait for confirmation at once, 1 to 100,000; 1,000 unless set. More gains nothing: the window is full long before.</summary>
    public int MaxInFlight { get; set; } = 1000;
}
