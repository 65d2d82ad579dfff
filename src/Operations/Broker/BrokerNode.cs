using System.Text.Json;

namespace EventBus.Operations.Broker;

/// <summary>A node of the broker.</summary>
public sealed class BrokerNode
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it runs.</summary>
    public bool IsRunning { get; init; }

    /// <summary>Memory in use, in bytes.</summary>
    public long? Memory { get; init; }

    /// <summary>With more memory than so many bytes it takes no more messages.</summary>
    public long? MemoryLimit { get; init; }

    /// <summary>Whether it takes no messages because of its memory.</summary>
    public bool MemoryAlarm { get; init; }

    /// <summary>Free space of its disk, in bytes.</summary>
    public long? Disk { get; init; }

    /// <summary>With less space than so many bytes it takes no more messages.</summary>
    public long? DiskLimit { get; init; }

    /// <summary>Whether it takes no messages because of its disk.</summary>
    public bool DiskAlarm { get; init; }

    /// <summary>Nodes that it has lost sight of.</summary>
    public IReadOnlyList<string> Partitions { get; init; } = [];

    /// <summary>What is wrong with it, in words; null where nothing is.</summary>
    public string? Trouble => !IsRunning ? $"{Name} does not run"
        : MemoryAlarm ? $"memory alarm on {Name}"
        : DiskAlarm ? $"disk alarm on {Name}"
        : Partitions.Count > 0 ? $"{Name} has lost sight of {string.Join(", ", Partitions)}"
        : null;

    /// <summary>Whether the broker takes no messages because of it.</summary>
    public bool IsAlarming => IsRunning && (MemoryAlarm || DiskAlarm);

    internal static BrokerNode Read(JsonElement json) => new()
    {
        Name = json.Text("name") ?? "", IsRunning = json.Flag("running"),
        Memory = json.Number("mem_used"), MemoryLimit = json.Number("mem_limit"), MemoryAlarm = json.Flag("mem_alarm"),
        Disk = json.Number("disk_free"), DiskLimit = json.Number("disk_free_limit"), DiskAlarm = json.Flag("disk_free_alarm"),
        Partitions = json.Texts("partitions"),
    };
}
