using MassTransit;
using MassTransit.RabbitMqTransport;
using Microsoft.Extensions.Logging;

namespace EventBus.Publisher.Transport;

/// <summary>
/// Has what comes into a queue taken by its receiver (<see cref="QueueConsumer"/>), instead of by MassTransit's pipeline for receiving; queue, bindings, channel and
/// connection stay MassTransit's (decision 0019).
/// </summary>
sealed class QueueReceiving(IEventReceiver receiver, string queue, int partition, ILogger logger) : IFilter<ChannelContext>
{
    public async Task Send(ChannelContext context, IPipe<ChannelContext> next)
    {
        var closed = new CancellationTokenSource();
        try
        {
            await next.Send(new QueueChannel(context, inner => new QueueConsumer(inner, context, receiver, queue, partition, logger, closed)));
        }
        finally
        {
            await closed.CancelAsync();
        }
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("queueReceiving");
}
