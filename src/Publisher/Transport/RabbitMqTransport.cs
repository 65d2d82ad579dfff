using System.Net.Security;
using System.Security.Authentication;
using EventBus.Contracts;
using EventBus.Publisher.Topology;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EventBus.Publisher.Transport;

/// <summary>RabbitMQ, with the exchanges and queues that <see cref="TopologyNames"/> names.</summary>
static class RabbitMqTransport
{
    /// <summary>Messages that the broker sends ahead to one partition; they are stored many at a time.</summary>
    const ushort Prefetch = 256;

    public static void Configure(IBusRegistrationContext context, IRabbitMqBusFactoryConfigurator bus)
    {
        var options = context.GetRequiredService<IOptions<RabbitMqOptions>>().Value;
        var address = options.ToAddress();
        var connections = context.GetRequiredService<BrokerConnections>();
        bus.Host(address.Host, address.Port, address.VirtualHost, host =>
        {
            host.Username(address.Username);
            host.Password(address.Password);
            host.OnRefreshConnectionFactory = factory =>
            {
                connections.ThrowIfClosed();
                factory.SocketFactory = connections.Open;
                return Task.CompletedTask;
            };
            if (options.Nodes.Count > 0)
            {
                host.UseCluster(cluster =>
                {
                    foreach (var node in options.Nodes.Prepend($"{address.Host}:{address.Port}"))
                    {
                        cluster.Node(node.Contains(':', StringComparison.Ordinal) ? node : $"{node}:{address.Port}");
                    }
                });
            }

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
        bus.ConnectEndpointConfigurationObserver(new ChannelGuard(context, context.GetRequiredService<ILogger<ChannelGuard>>()));

        // MassTransit gives the dead letter queue all arguments of the consumer's; it has only its type.
        bus.SendTopology.ConfigureErrorSettings = dead =>
        {
            foreach (var argument in (string[])[TopologyArguments.DeliveryLimit, TopologyArguments.DeadLetterStrategy, TopologyArguments.Overflow, TopologyArguments.DeadLetterExchange])
            {
                dead.SetQueueArgument(argument, (object?)null);
            }
        };

        var logger = context.GetRequiredService<ILogger<QueueConsumer>>();
        var partitions = context.GetRequiredService<IOptions<ConsumerQueueOptions>>().Value.Partitions;
        foreach (var queue in context.GetServices<EventQueue>())
        {
            var receiver = queue.Receiver(context);
            switch (queue.Source)
            {
                case QueueSource.Patterns:
                    var patterns = queue.Patterns(context);
                    context.GetRequiredService<QueueBindings>().Note(queue.Name, patterns);
                    for (var partition = 0; partition < partitions; partition++)
                    {
                        var index = partition;
                        var receiving = new QueueReceiving(receiver, queue.Name, partition, logger);
                        bus.ReceiveEndpoint(TopologyNames.PartitionQueue(queue.Name, partition), endpoint => ConfigurePartition(endpoint, queue.Name, patterns, [.. Slots.OfPartition(index, partitions)], receiving));
                    }

                    break;
                case QueueSource.Everything:
                    bus.ReceiveEndpoint(queue.Name, endpoint =>
                    {
                        ConfigureQueue(endpoint, new QueueReceiving(receiver, queue.Name, 0, logger));
                        foreach (var family in Family.All)
                        {
                            endpoint.Bind(TopologyNames.Exchange(family), binding => binding.ExchangeType = RabbitMQ.Client.ExchangeType.Fanout);
                        }
                    });
                    break;
                case QueueSource.Answers:
                    bus.ReceiveEndpoint(queue.Name, endpoint => ConfigureAnswers(endpoint, queue.Name, new QueueReceiving(receiver, TopologyNames.Answers, 0, logger)));
                    break;
                default:
                    bus.ReceiveEndpoint(queue.Name, endpoint => ConfigureQueue(endpoint, new QueueReceiving(receiver, queue.Name, 0, logger)));
                    break;
            }
        }

        ConfigureConnectionProbe(bus);
    }

    static void ConfigureQueue(IRabbitMqReceiveEndpointConfigurator endpoint, QueueReceiving receiving)
    {
        endpoint.ConfigureConsumeTopology = false;
        endpoint.PublishFaults = false;
        endpoint.SetQuorumQueue();
        ConfigureReceiving(endpoint, receiving);
    }

    static void ConfigureReceiving(IRabbitMqReceiveEndpointConfigurator endpoint, QueueReceiving receiving)
    {
        endpoint.PrefetchCount = Prefetch;

        // RabbitMQ.Client hands over as many messages at once as may be at work at once, and keeps their order only for one.
        endpoint.ConcurrentMessageLimit = 1;
        endpoint.ConfigureChannel(channel => channel.UseFilter(receiving));
    }

    static void ConfigureAnswers(IRabbitMqReceiveEndpointConfigurator endpoint, string address, QueueReceiving receiving)
    {
        ConfigureOwn(endpoint);
        ConfigureReceiving(endpoint, receiving);
        endpoint.Bind(TopologyNames.Answers, answers =>
        {
            answers.ExchangeType = RabbitMQ.Client.ExchangeType.Direct;
            answers.RoutingKey = address;
        });
    }

    /// <summary>A queue that ends with this process.</summary>
    static void ConfigureOwn(IRabbitMqReceiveEndpointConfigurator endpoint)
    {
        endpoint.ConfigureConsumeTopology = false;
        endpoint.PublishFaults = false;
        endpoint.Durable = false;
        endpoint.AutoDelete = true;
        endpoint.Exclusive = true;
    }

    static void ConfigurePartition(IRabbitMqReceiveEndpointConfigurator endpoint, string consumer, IReadOnlyList<TypePattern> patterns, IReadOnlyList<string> slots, QueueReceiving receiving)
    {
        ConfigureQueue(endpoint, receiving);
        var dead = TopologyNames.DeadLetterQueue(consumer);
        endpoint.SingleActiveConsumer = true;
        endpoint.SetQueueArgument(TopologyArguments.DeliveryLimit, TopologyArguments.MaxDeliveries);
        endpoint.SetQueueArgument(TopologyArguments.DeadLetterStrategy, TopologyArguments.AtLeastOnce);
        endpoint.SetQueueArgument(TopologyArguments.Overflow, TopologyArguments.RejectPublish);
        endpoint.BindDeadLetterQueue(dead, dead, q => q.SetQueueArgument(TopologyArguments.QueueType, TopologyArguments.Quorum));
        foreach (var slot in slots)
        {
            endpoint.Bind(TopologyNames.PartitionExchange(consumer), partitions =>
            {
                partitions.ExchangeType = RabbitMQ.Client.ExchangeType.Direct;
                partitions.RoutingKey = slot;
                partitions.SetExchangeArgument(TopologyArguments.AlternateExchange, TopologyNames.Unrouted);
                if (slot != slots[0])
                {
                    return;
                }

                partitions.Bind(TopologyNames.ReplayExchange(consumer), replay =>
                {
                    replay.ExchangeType = RabbitMQ.Client.ExchangeType.Fanout;
                    replay.RoutingKey = "";
                });
                BindPatterns(partitions, patterns);
            });
        }
    }

    /// <summary>A queue that ends with this process, and that nothing is ever sent to, behind the exchange of a consumer that is bound for patterns.</summary>
    public static void ConfigureBinding(IRabbitMqReceiveEndpointConfigurator endpoint, string consumer, IReadOnlyList<TypePattern> patterns)
    {
        ConfigureOwn(endpoint);
        endpoint.PrefetchCount = 1;
        endpoint.Bind(TopologyNames.PartitionExchange(consumer), partitions =>
        {
            partitions.ExchangeType = RabbitMQ.Client.ExchangeType.Direct;
            partitions.RoutingKey = "eventbus.binding";
            partitions.SetExchangeArgument(TopologyArguments.AlternateExchange, TopologyNames.Unrouted);
            BindPatterns(partitions, patterns);
        });
    }

    static void BindPatterns(IRabbitMqExchangeToExchangeBindingConfigurator exchange, IReadOnlyList<TypePattern> patterns)
    {
        foreach (var (family, pattern) in patterns.SelectMany(p => p.Families.Select(f => (f, p.Text))))
        {
            exchange.Bind(TopologyNames.RouteExchange(family), route =>
            {
                route.ExchangeType = RabbitMQ.Client.ExchangeType.Topic;
                route.RoutingKey = pattern;
                route.SetExchangeArgument(TopologyArguments.AlternateExchange, TopologyNames.Unrouted);
            });
        }
    }

    /// <summary>
    /// A queue of this process's own that nothing is ever sent to. MassTransit reports the health of receive endpoints, not of connections; without one, a
    /// process that only publishes would be called healthy while the broker is away.
    /// </summary>
    static void ConfigureConnectionProbe(IRabbitMqBusFactoryConfigurator bus) =>
        bus.ReceiveEndpoint($"eventbus.probe.{Guid.NewGuid():N}", endpoint =>
        {
            ConfigureOwn(endpoint);
            endpoint.PrefetchCount = 1;
        });
}
