using EventBus.Contracts;

namespace EventBus.Publisher;

/// <summary>Publishes events to the bus. Safe to call from many threads at once, and fastest that way: each call waits for the broker's confirmation.</summary>
public interface IEventPublisher
{
    /// <summary>Publishes one event; done when the broker has confirmed it.</summary>
    /// <exception cref="ArgumentException">The event is not one: an attribute is missing, or its type belongs to another family than its record.</exception>
    /// <exception cref="EventPublishException">The broker did not confirm within <see cref="PublisherOptions.Timeout"/>. The event may still have arrived: publish it again with the same id.</exception>
    Task PublishAsync(CloudEvent @event, CancellationToken cancellationToken = default);

    /// <summary>
    /// Publishes several events; done when the broker has confirmed all of them. All are checked before the first is sent, and those of one subject are sent in the order
    /// in which they stand here. Where one of them is not confirmed, the others may have arrived:
    /// <see cref="EventPublishException.Unconfirmed"/> says which are not.
    /// </summary>
    /// <inheritdoc cref="PublishAsync(CloudEvent, CancellationToken)" path="/exception"/>
    Task PublishAsync(IReadOnlyCollection<CloudEvent> events, CancellationToken cancellationToken = default);
}
