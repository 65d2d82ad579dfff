namespace EventBus.Delivery;

/// <summary>Settings under <c>EventBus:Delivery</c>.</summary>
public sealed class DeliveryOptions
{
    /// <summary>How long an endpoint that fails for several subjects is left alone at first, 10 ms to 1 hour; 30 seconds unless set. Doubled each time, up to ten times as long.</summary>
    public TimeSpan CircuitPause { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>After how long a time of nothing but failures an endpoint is disabled, 1 minute to 90 days; 5 days unless set.</summary>
    public TimeSpan DisableAfter { get; set; } = TimeSpan.FromDays(5);

    /// <summary>Networks (<c>10.20.0.0/16</c>) that endpoints added at run time may be in although they are not public, and where they may be plain http; none unless set.</summary>
    public IList<string> AllowedNetworks { get; } = [];
}
