using System.Text;
using EventBus.Contracts;

namespace EventBus.Publisher.Transport;

/// <summary>A queue that this process receives from.</summary>
/// <param name="Name">Its name on the broker.</param>
/// <param name="Source">What comes into it.</param>
/// <param name="Patterns">What is asked for, where <see cref="QueueSource.Patterns"/>; asked for when the bus is configured.</param>
/// <param name="Receiver">Takes what comes.</param>
public sealed record EventQueue(string Name, QueueSource Source, Func<IServiceProvider, IReadOnlyList<TypePattern>> Patterns, Func<IServiceProvider, IEventReceiver> Receiver);

/// <summary>What comes into a queue.</summary>
public enum QueueSource
{
    /// <summary>The events that match the patterns, over partition queues, each with a single active consumer: the queues of a consumer.</summary>
    Patterns,

    /// <summary>Every event of every family, straight from the families' exchanges, so that it does not count as a route: the archive's queue.</summary>
    Everything,

    /// <summary>What the broker itself puts there: unrouted events, dead letters of a queue.</summary>
    Direct,

    /// <summary>What responders say to this process: a queue that ends with it, whose name is the address of the answers.</summary>
    Answers,
}

/// <summary>Takes events from a queue.</summary>
public interface IEventReceiver
{
    /// <summary>
    /// Takes one event. It is called for the events of a partition in their order, without waiting for the calls before; when the task ends the event is
    /// acknowledged, with all that came before it; when it fails the event goes back to the queue and comes again.
    /// </summary>
    /// <param name="received">What came.</param>
    /// <param name="cancellationToken">The event cannot be acknowledged any more: the task has to end.</param>
    Task ReceiveAsync(ReceivedEvent received, CancellationToken cancellationToken);
}

/// <summary>What came from a queue.</summary>
/// <param name="Partition">The partition, from 0.</param>
/// <param name="Body">The message, as on the wire.</param>
/// <param name="Event">The event in it; null where it is none.</param>
/// <param name="Headers">The message's headers; null where it has none.</param>
public sealed record ReceivedEvent(int Partition, byte[] Body, CloudEvent? Event, IDictionary<string, object?>? Headers)
{
    /// <summary>A header whose value is text: UTF-8 on the wire (AMQP 0-9-1, 4.2.5.3, long strings). Null where there is none.</summary>
    public string? Header(string name) => Headers is not null && Headers.TryGetValue(name, out var value) && value is byte[] text ? Encoding.UTF8.GetString(text) : null;
}
