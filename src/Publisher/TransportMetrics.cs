using System.Diagnostics.Metrics;

namespace EventBus.Publisher;

/// <summary>Instruments of what passes between this process and the broker.</summary>
static class TransportMetrics
{
    public static readonly Meter Meter = new("EventBus.Publisher");
}
