using EventBus.Publisher.Serialization;
using EventBus.Publisher.Topology;
using EventBus.Storage;
using EventBus.Storage.Hosts;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EventBus.Publisher.Transport;

/// <summary>Connects a process to the bus, once, however many publishers and consumers it holds.</summary>
public static class EventTransport
{
    /// <summary>The transport between processes.</summary>
    public const string RabbitMq = "rabbitmq";

    /// <summary>The transport within one process.</summary>
    public const string Memory = "memory";

    /// <summary>Adds the transport that <c>EventBus:Transport</c> names (<c>rabbitmq</c> unless set); a second call changes nothing.</summary>
    public static IServiceCollection AddEventTransport(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (services.Any(s => s.ServiceType == typeof(IEventPublisher)))
        {
            return services;
        }

        services.AddRabbitMqOptions(configuration);
        services.AddOptions<ConsumerQueueOptions>()
            .Bind(configuration.GetSection("EventBus:Consumers"))
            .Validate(o => o.Partitions is >= 1 and <= 64, "EventBus:Consumers:Partitions is not between 1 and 64; for example EventBus__Consumers__Partitions=4")
            .ValidateOnStart();
        services.AddOptions<MassTransitHostOptions>().Configure(o => o.StopTimeout = TimeSpan.FromSeconds(20));

        // MassTransit's lines about single messages hold the texts of exceptions that consumers throw; the kit logs such an event itself, without them.
        services.AddLogging(log => log
            .AddFilter("MassTransit", LogLevel.Warning)
            .AddFilter("MassTransit.ReceiveTransport", LogLevel.None)
            .AddFilter("MassTransit.Messages", LogLevel.None));
        services.AddSingleton<BrokerConnections>();
        services.AddReceiveEndpointObserver(s => s.GetRequiredService<BrokerConnections>().Observer);
        var isMemory = IsMemory(configuration);
        services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            if (isMemory)
            {
                bus.UsingInMemory((_, memory) => ConfigureCommon(memory));
            }
            else
            {
                bus.UsingRabbitMq(RabbitMqTransport.Configure);
            }
        });
        if (isMemory)
        {
            services.AddEventStorage(configuration);
            services.TryAddSingleton(TimeProvider.System);
            services.TryAddSingleton<EventArchive>();
            services.AddSingleton<IEventPublisher, LogPublisher>();
            services.AddSingleton<IVerdictSender, LocalVerdictSender>();
        }
        else
        {
            services.TryAddSingleton(TimeProvider.System);
            services.AddSingleton<IHeartbeatPart, BrokerHeartbeat>();
            services.AddSingleton<BrokerWriter>();
            services.AddSingleton<IEventPublisher, EventPublisher>();
            services.AddSingleton(provider => new ReplaySender(provider.GetRequiredService<BrokerWriter>()));
            services.AddSingleton<QueueBindings>();
            services.AddSingleton<IVerdictSender, BrokerVerdictSender>();
        }

        return services;
    }

    /// <summary>Adds the settings that lead to the broker, checked at start; a second call changes nothing.</summary>
    public static IServiceCollection AddRabbitMqOptions(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (services.Any(s => s.ServiceType == typeof(IValidateOptions<RabbitMqOptions>)))
        {
            return services;
        }

        services.AddOptions<RabbitMqOptions>().BindSettings(configuration.GetSection("EventBus:RabbitMq")).ValidateOnStart();
        return services.AddSingleton<IValidateOptions<RabbitMqOptions>>(new TransportValidation(configuration["EventBus:Transport"] ?? RabbitMq));
    }

    /// <summary>Whether everything is in one process, without a broker.</summary>
    public static bool IsMemory(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return string.Equals(configuration["EventBus:Transport"], Memory, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>What both transports have in common: the wire format, the names of dead letter queues.</summary>
    internal static void ConfigureCommon(IBusFactoryConfigurator bus)
    {
        bus.ClearSerialization();
        bus.AddSerializer(new CloudEventSerializerFactory());
        bus.AddDeserializer(new CloudEventSerializerFactory(), isDefault: true);
        bus.SendTopology.ErrorQueueNameFormatter = new DeadLetterQueueNameFormatter();
    }

    sealed class DeadLetterQueueNameFormatter : IErrorQueueNameFormatter
    {
        public string FormatErrorQueueName(string queueName) => TopologyNames.DeadLetterQueue(queueName);
    }

    sealed class TransportValidation(string transport) : IValidateOptions<RabbitMqOptions>
    {
        public ValidateOptionsResult Validate(string? name, RabbitMqOptions options)
        {
            if (string.Equals(transport, Memory, StringComparison.OrdinalIgnoreCase))
            {
                return ValidateOptionsResult.Success;
            }

            if (!string.Equals(transport, RabbitMq, StringComparison.OrdinalIgnoreCase))
            {
                return ValidateOptionsResult.Fail("EventBus:Transport is neither rabbitmq nor memory; for example EventBus__Transport=rabbitmq");
            }

            try
            {
                _ = options.ToManagement();
                return ValidateOptionsResult.Success;
            }
            catch (FormatException e)
            {
                return ValidateOptionsResult.Fail(e.Message);
            }
        }
    }
}
