using System.Runtime.CompilerServices;
using MassTransit;
using MassTransit.RabbitMqTransport;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace EventBus.Publisher.Transport;

/// <summary>
/// Has what comes into a queue taken by its receiver (<see cref="QueueConsumer"/>), instead of by MassTransit's pipeline for receiving; queue, bindings, channel and
/// connection stay MassTransit's (decision 0019).
/// </summary>
sealed class QueueReceiving(IEventReceiver receiver, string queue, int partition, ILogger logger) : IFilter<ChannelContext>
{
    /// <summary>Delivery tags go on in a channel where the broker has cancelled one consumer, as when the queue is deleted, and another follows.</summary>
    readonly ConditionalWeakTable<IChannel, Acknowledgements> _channels = [];

    public Task Send(ChannelContext context, IPipe<ChannelContext> next)
    {
        var acknowledgements = _channels.GetValue(context.Channel, _ => new Acknowledgements(context, logger));
        return next.Send(new QueueChannel(context, inner => new QueueConsumer(inner, acknowledgements, receiver, queue, partition, logger, new CancellationTokenSource())));
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("queueReceiving");
}
