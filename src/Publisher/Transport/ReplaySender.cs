using EventBus.Contracts;
using EventBus.Publisher.Topology;

namespace EventBus.Publisher.Transport;

/// <summary>Sends past events to one consumer alone, into the queues that new events reach it by.</summary>
public sealed class ReplaySender
{
    readonly BrokerWriter _writer;

    internal ReplaySender(BrokerWriter writer) => _writer = writer;

    /// <summary>Sends one event; returns when the broker has confirmed it.</summary>
    /// <param name="consumer">The consumer; its queues exist.</param>
    /// <param name="event">The event, marked as replay.</param>
    /// <param name="endpoint">The only endpoint that it is for; empty for all of the consumer.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="EventPublishException">The broker does not take it.</exception>
    public Task SendAsync(string consumer, CloudEvent @event, string endpoint, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(@event);
        var message = new OutgoingMessage(BrokerExchange.OfReplays(consumer), "", @event.Id, EventJson.ToUtf8Bytes(@event)) { Slot = Slots.Of(@event), Endpoint = endpoint };
        return _writer.SendAsync(message, cancellationToken);
    }
}
