using EventBus.Contracts;
using EventBus.Publisher.Topology;
using MassTransit;

namespace EventBus.Publisher.Transport;

/// <summary>Keeps the events that no queue is bound for.</summary>
interface IUnroutedEvents
{
    /// <summary>Keeps the event in <see cref="TopologyNames.Unrouted"/> if no consumer asked for it.</summary>
    Task KeepAsync(CloudEvent @event, CancellationToken cancellationToken);
}

/// <summary>On RabbitMQ the alternate exchange has done it by the time the publish is confirmed.</summary>
sealed class BrokerUnroutedEvents : IUnroutedEvents
{
    public Task KeepAsync(CloudEvent @event, CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>In memory there is no alternate exchange, so the consumers' own patterns decide.</summary>
sealed class InMemoryUnroutedEvents(IServiceProvider services, IEnumerable<ReceiveEndpointRegistration> registrations, ISendEndpointProvider send) : IUnroutedEvents
{
    readonly Lazy<TypePattern[]> _patterns = new(() => [.. registrations.SelectMany(r => r.Patterns(services))]);

    public async Task KeepAsync(CloudEvent @event, CancellationToken cancellationToken)
    {
        if (_patterns.Value.Any(p => p.Matches(@event.Type)))
        {
            return;
        }

        var endpoint = await send.GetSendEndpoint(new Uri($"queue:{TopologyNames.Unrouted}"));
        await endpoint.Send(@event, @event.GetType(), cancellationToken);
    }
}
