using EventBus.Contracts;
using EventBus.Publisher.Topology;
using MassTransit;

namespace EventBus.Publisher.Transport;

/// <summary>Sends past events to one consumer alone, into the queues that new events reach it by.</summary>
/// <param name="bus">The broker.</param>
public sealed class ReplaySender(IBus bus)
{
    /// <summary>Sends one event; returns when the broker has confirmed it.</summary>
    /// <param name="consumer">The consumer; its queues exist.</param>
    /// <param name="event">The event, marked as replay.</param>
    /// <param name="endpoint">The only endpoint that it is for; empty for all of the consumer.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task SendAsync(string consumer, CloudEvent @event, string endpoint, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(@event);
        var exchange = await bus.GetSendEndpoint(new Uri($"exchange:{TopologyNames.ReplayExchange(consumer)}?type=fanout"));
        await exchange.Send(
            @event, @event.GetType(),
            Pipe.Execute<SendContext>(context =>
            {
                Slots.Mark(context, @event);
                context.Headers.Set(TopologyNames.EndpointHeader, endpoint);
                context.GetPayload<RabbitMqSendContext>().Mandatory = true;
            }),
            cancellationToken);
    }
}
