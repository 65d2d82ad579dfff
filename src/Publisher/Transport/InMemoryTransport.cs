using EventBus.Publisher.Topology;
using MassTransit;
using MassTransit.Transports.Fabric;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Publisher.Transport;

/// <summary>One process, no broker: the families' exchanges are topic exchanges here, so that queues are bound to them directly.</summary>
static class InMemoryTransport
{
    public static void Configure(IBusRegistrationContext context, IInMemoryBusFactoryConfigurator bus)
    {
        EventTransport.ConfigureCommon(bus);
        foreach (var registration in context.GetServices<ReceiveEndpointRegistration>())
        {
            var patterns = registration.Patterns(context);
            bus.ReceiveEndpoint(registration.Queue, endpoint =>
            {
                endpoint.ConfigureConsumeTopology = false;
                foreach (var family in patterns.SelectMany(p => p.Families).Distinct())
                {
                    // The whole family: what the consumer did not ask for is left out by its own patterns, which every transport shares.
                    endpoint.Bind(TopologyNames.Exchange(family), ExchangeType.FanOut, "");
                }

                registration.Configure(context, endpoint);
            });
        }
    }
}
