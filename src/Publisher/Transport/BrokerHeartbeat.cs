using EventBus.Storage.Hosts;
using MassTransit;

namespace EventBus.Publisher.Transport;

/// <summary>Says with each heartbeat whether this process reaches the broker, and reads its queues.</summary>
sealed class BrokerHeartbeat(IBusControl bus, TimeProvider time) : IHeartbeatPart
{
    long? _away;

    public void Describe(Heartbeat heartbeat)
    {
        _away = bus.CheckHealth().Status == BusHealthStatus.Healthy ? null : _away ?? time.GetTimestamp();
        heartbeat.NeedsBroker = true;
        heartbeat.BrokerAwayMs = _away is { } since ? (long)time.GetElapsedTime(since).TotalMilliseconds : null;
    }
}
