namespace EventBus.Storage.Hosts;

/// <summary>Settings under <c>EventBus:Host</c>.</summary>
public sealed class HostNameOptions
{
    /// <summary>The process's name among those on the same storage, 1 to 100 characters; unless set, its service and its machine: <c>Gateway@web-1</c>.</summary>
    public string? Name { get; set; }
}
