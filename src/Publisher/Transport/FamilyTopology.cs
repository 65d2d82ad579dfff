using EventBus.Contracts;
using EventBus.Publisher.Topology;
using MassTransit;
using MassTransit.RabbitMqTransport.Topology;
using RabbitMQ.Client;

namespace EventBus.Publisher.Transport;

/// <summary>One family's exchanges, told to MassTransit, which declares them before the first publish and again after a reconnect.</summary>
abstract class FamilyTopology
{
    public static FamilyTopology For(Family family) =>
        (FamilyTopology)Activator.CreateInstance(typeof(FamilyTopology<>).MakeGenericType(family.Contract), family)!;

    /// <summary>Names the family's exchange, and routes by type.</summary>
    public abstract void Configure(IBusFactoryConfigurator bus);

    /// <summary>Adds the topic exchange behind the family's exchange, and the way out for what no queue is bound for.</summary>
    public abstract void ConfigureRoutes(IRabbitMqBusFactoryConfigurator bus);
}

sealed class FamilyTopology<TEvent>(Family family) : FamilyTopology
    where TEvent : CloudEvent
{
    public override void Configure(IBusFactoryConfigurator bus)
    {
        bus.Message<TEvent>(m => m.SetEntityName(TopologyNames.Exchange(family)));
        bus.Send<TEvent>(s => s.UseRoutingKeyFormatter(context => context.Message.Type));
    }

    public override void ConfigureRoutes(IRabbitMqBusFactoryConfigurator bus)
    {
        bus.Message<Route>(m => m.SetEntityName(TopologyNames.RouteExchange(family)));
        bus.Publish<Route>(route =>
        {
            route.ExchangeType = ExchangeType.Topic;
            route.Durable = true;
            route.AutoDelete = false;
            route.BindAlternateExchangeQueue(TopologyNames.Unrouted, TopologyNames.Unrouted, q => q.SetQueueArgument(TopologyArguments.QueueType, TopologyArguments.Quorum));
            bus.Publish<TEvent>(p => ((RabbitMqMessagePublishTopology<TEvent>)p).AddImplementedMessageConfigurator(route, direct: true));
        });
    }

    /// <summary>Never sent: it stands for the topic exchange, which MassTransit binds behind the family's exchange like that of an implemented type.</summary>
    sealed class Route;
}
