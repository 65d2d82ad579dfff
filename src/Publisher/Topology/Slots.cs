using EventBus.Contracts;
using EventBus.Storage;

namespace EventBus.Publisher.Topology;

/// <summary>
/// Which of a consumer's partition queues an event comes into. Subjects are hashed to a fixed number of slots, each of which is bound to one queue; the slot
/// travels as a second routing key (RabbitMQ's sender-selected distribution, header <c>BCC</c>, which the broker takes off). Unlike the ring of a consistent-hash
/// exchange, which a node builds anew when it starts, nothing but another number of partitions ever moves a subject to another queue.
/// </summary>
static class Slots
{
    /// <summary>How many there are, and so how many partitions a consumer may have.</summary>
    public const int Count = 64;

    /// <summary>The header that the slot travels in.</summary>
    public const string Header = "BCC";

    static readonly List<object?>[] Values = [.. Enumerable.Range(0, Count).Select(s => new List<object?> { Key(s) })];

    /// <summary>The routing keys that a partition's queue is bound with.</summary>
    public static IEnumerable<string> OfPartition(int partition, int partitions) => Enumerable.Range(0, Count).Where(s => s % partitions == partition).Select(Key);

    /// <summary>The slot of an event's subject.</summary>
    public static int Of(CloudEvent @event) => Convert.ToInt32(EventKey.OfSubject(@event)[..4], 16) % Count;

    /// <summary>What the header says.</summary>
    public static object Value(int slot) => Values[slot];

    /// <summary>One word: of the patterns over types only those for everything match it.</summary>
    static string Key(int slot) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"slot-{slot}");
}
