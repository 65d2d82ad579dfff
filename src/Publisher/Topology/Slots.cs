using EventBus.Contracts;
using EventBus.Storage;
using MassTransit;

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

    const string Header = "BCC";

    /// <summary>The routing keys that a partition's queue is bound with.</summary>
    public static IEnumerable<string> OfPartition(int partition, int partitions) => Enumerable.Range(0, Count).Where(s => s % partitions == partition).Select(Key);

    /// <summary>Writes the event's slot on its message.</summary>
    public static void Mark(SendContext context, CloudEvent @event)
    {
        var properties = context.GetPayload<RabbitMqSendContext>().BasicProperties;
        properties.Headers ??= new Dictionary<string, object?>(StringComparer.Ordinal);
        properties.Headers[Header] = new List<object?> { Key(Convert.ToInt32(EventKey.OfSubject(@event)[..4], 16) % Count) };
    }

    /// <summary>One word: of the patterns over types only those for everything match it.</summary>
    static string Key(int slot) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"slot-{slot}");
}
