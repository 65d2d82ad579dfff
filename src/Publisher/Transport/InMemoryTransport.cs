using EventBus.Publisher.Topology;
using MassTransit;
using MassTransit.Transports.Fabric;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EventBus.Publisher.Transport;

/// <summary>One process, no broker: the families' exchanges are topic exchanges here, so that queues are bound to them directly.</summary>
static partial class InMemoryTransport
{
    public static void Configure(IBusRegistrationContext context, IInMemoryBusFactoryConfigurator bus)
    {
        EventTransport.ConfigureCommon(bus);
        var registrations = context.GetServices<ReceiveEndpointRegistration>().ToList();
        if (!registrations.Exists(r => r.Queue == TopologyNames.Unrouted))
        {
            LogAlone(context.GetRequiredService<ILoggerFactory>().CreateLogger("EventBus.Transport"));
        }

        foreach (var registration in registrations)
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

    [LoggerMessage(400, LogLevel.Warning, "EventBus:Transport is memory: events stay in this process, and those that it has no consumer for are gone when it ends. Between processes use EventBus__Transport=rabbitmq")]
    static partial void LogAlone(ILogger logger);
}
