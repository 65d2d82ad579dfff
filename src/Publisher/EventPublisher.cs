using EventBus.Contracts;
using EventBus.Publisher.Topology;
using EventBus.Publisher.Transport;
using Microsoft.Extensions.Options;

namespace EventBus.Publisher;

/// <summary>Publishes to the broker: persistent, mandatory, confirmed.</summary>
sealed class EventPublisher(BrokerWriter writer, IOptions<PublisherOptions> options) : IEventPublisher
{
    readonly TimeSpan _timeout = options.Value.Timeout;

    public Task PublishAsync(CloudEvent @event, CancellationToken cancellationToken = default) => PublishAsync([@event], cancellationToken);

    public async Task PublishAsync(IReadOnlyCollection<CloudEvent> events, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(events);
        var ready = events.Select(EventChecks.Checked).ToList();
        if (ready.Count == 0)
        {
            return;
        }

        var confirmation = new Confirmation(ready.Count);
        var messages = ready.ConvertAll(e => Message(e, confirmation));
        try
        {
            await writer.SendAsync(messages, _timeout, cancellationToken);
        }
        catch (EventPublishException e)
        {
            e.Unconfirmed = Unconfirmed(messages);
            throw;
        }
        catch (TimeoutException e)
        {
            throw new EventPublishException($"The broker did not confirm within {_timeout.TotalSeconds:0.###} s.", e) { Unconfirmed = Unconfirmed(messages) };
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new EventPublishException($"The broker did not take the event ({e.GetType().Name}).", e) { Unconfirmed = Unconfirmed(messages) };
        }
    }

    static OutgoingMessage Message(CloudEvent @event, Confirmation confirmation) =>
        new(BrokerExchange.Of(@event.Family), @event.Type, @event.Id, EventJson.ToUtf8Bytes(@event), confirmation) { Slot = Slots.Of(@event), Span = new SendSpan(@event) };

    static int[] Unconfirmed(List<OutgoingMessage> messages) => [.. Enumerable.Range(0, messages.Count).Where(i => !messages[i].IsConfirmed)];
}
