namespace EventBus.Storage.Hosts;

/// <summary>A part of a process that adds to its heartbeat what it sees.</summary>
public interface IHeartbeatPart
{
    /// <summary>Adds it; asked for every two seconds.</summary>
    void Describe(Heartbeat heartbeat);
}
