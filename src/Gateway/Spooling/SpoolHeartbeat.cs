using EventBus.Storage.Hosts;

namespace EventBus.Gateway.Spooling;

/// <summary>Says with each heartbeat what waits in this gateway's spool.</summary>
sealed class SpoolHeartbeat(EventOutlet outlet, TimeProvider time) : IHeartbeatPart
{
    public void Describe(Heartbeat heartbeat)
    {
        var state = outlet.Now();
        heartbeat.SpoolWaiting = state.Waiting;
        heartbeat.SpoolMs = state.Since is { } since ? (long)(time.GetUtcNow() - since).TotalMilliseconds : null;
        heartbeat.SpoolBytes = state.Bytes;
        heartbeat.SpoolMaxBytes = state.MaxBytes;
    }
}
