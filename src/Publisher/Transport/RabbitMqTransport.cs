using System.Net.Security;
using System.Security.Authentication;
using EventBus.Contracts;
using EventBus.Publisher.Topology;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EventBus.Publisher.Transport;

/// <summary>RabbitMQ, with the exchanges and queues that <see cref="TopologyNames"/> names.</summary>
static class RabbitMqTransport
{
    /// <summary>
    /// How often a queue hands out a message before it counts as dead. Far above what restarts of a consumer need: the limit also counts the innocent
    /// messages that were prefetched beside a crash.
    /// </summary>
    const int DeliveryLimit = 100;

    const string DeliveryLimitArgument = "x-delivery-limit";
    const string StrategyArgument = "x-dead-letter-strategy";
    const string OverflowArgument = "x-overflow";

    public static void Configure(IBusRegistrationContext context, IRabbitMqBusFactoryConfigurator bus)
    {
        var address = context.GetRequiredService<IOptions<RabbitMqOptions>>().Value.ToAddress();
        bus.Host(address.Host, address.Port, address.VirtualHost, host =>
        {
            host.Username(address.Username);
            host.Password(address.Password);
            if (address.UseTls)
            {
                host.UseSsl(ssl =>
                {
                    // MassTransit's own default accepts any issuer.
                    ssl.ServerName = address.Host;
                    ssl.Protocol = SslProtocols.None;
                    ssl.EnforcePolicyErrors(SslPolicyErrors.RemoteCertificateChainErrors | SslPolicyErrors.RemoteCertificateNameMismatch | SslPolicyErrors.RemoteCertificateNotAvailable);
                });
            }
        });

        EventTransport.ConfigureCommon(bus);
        foreach (var family in Family.All)
        {
            FamilyTopology.For(family).ConfigureRoutes(bus);
        }

        // MassTransit gives the dead letter queue all arguments of the consumer's; it has only its type.
        bus.SendTopology.ConfigureErrorSettings = dead =>
        {
            foreach (var argument in (string[])[DeliveryLimitArgument, StrategyArgument, OverflowArgument, "x-dead-letter-exchange"])
            {
                dead.SetQueueArgument(argument, (object?)null);
            }
        };
        bus.ConfigurePublish(publish => publish.UseExecute(c =>
        {
            if (c.TryGetPayload<RabbitMqSendContext>(out var send))
            {
                send.Mandatory = true;
            }
        }));

        foreach (var registration in context.GetServices<ReceiveEndpointRegistration>())
        {
            var patterns = registration.Patterns(context);
            bus.ReceiveEndpoint(registration.Queue, endpoint => ConfigureEndpoint(context, endpoint, registration, patterns));
        }

        ConfigureConnectionProbe(bus);
    }

    static void ConfigureEndpoint(
        IRegistrationContext context, IRabbitMqReceiveEndpointConfigurator endpoint, ReceiveEndpointRegistration registration, IReadOnlyList<TypePattern> patterns)
    {
        var dead = TopologyNames.DeadLetterQueue(registration.Queue);
        endpoint.ConfigureConsumeTopology = false;
        endpoint.SetQuorumQueue();
        endpoint.SetQueueArgument(DeliveryLimitArgument, DeliveryLimit);
        endpoint.SetQueueArgument(StrategyArgument, "at-least-once");
        endpoint.SetQueueArgument(OverflowArgument, "reject-publish");
        endpoint.BindDeadLetterQueue(dead, dead, q => q.SetQueueArgument("x-queue-type", "quorum"));
        foreach (var pattern in patterns)
        {
            foreach (var family in pattern.Families)
            {
                endpoint.Bind(TopologyNames.RouteExchange(family), binding =>
                {
                    binding.ExchangeType = RabbitMQ.Client.ExchangeType.Topic;
                    binding.RoutingKey = pattern.Text;
                    binding.SetExchangeArgument("alternate-exchange", TopologyNames.Unrouted);
                });
            }
        }

        registration.Configure(context, endpoint);
    }

    /// <summary>
    /// A queue of this process's own that nothing is ever sent to. MassTransit reports the health of receive endpoints, not of connections; without one, a
    /// process that only publishes would be called healthy while the broker is away.
    /// </summary>
    static void ConfigureConnectionProbe(IRabbitMqBusFactoryConfigurator bus) =>
        bus.ReceiveEndpoint($"eventbus.probe.{Guid.NewGuid():N}", endpoint =>
        {
            endpoint.ConfigureConsumeTopology = false;
            endpoint.PublishFaults = false;
            endpoint.Durable = false;
            endpoint.AutoDelete = true;
            endpoint.Exclusive = true;
            endpoint.PrefetchCount = 1;
        });
}
