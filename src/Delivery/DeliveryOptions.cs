namespace EventBus.Delivery;

/// <summary>Settings under <c>EventBus:Delivery</c>.</summary>
public sealed class DeliveryOptions
{
    /// <summary>Attempts to bring an event to an endpoint before it is dead-lettered.</summary>
    public const int MaxAttempts = 3;

    /// <summary>Pause before the second attempt, 1 ms to 1 minute; 1 second unless set. Doubled for each further one, with jitter.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);
}
