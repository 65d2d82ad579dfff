using EventBus.Contracts;
using EventBus.Publisher.Topology;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Publisher.Transport;

/// <summary>Over the broker: an exchange from which each gateway has a queue of its own.</summary>
/// <param name="services">Asked for the bus when it is needed: the bus itself is made with the consumers that send verdicts.</param>
sealed class BrokerVerdictSender(IServiceProvider services) : IVerdictSender
{
    public async Task SendAsync(string address, EventVerdict verdict, CancellationToken cancellationToken)
    {
        var exchange = await services.GetRequiredService<IBus>().GetSendEndpoint(new Uri($"exchange:{TopologyNames.Answers}?type=direct"));
        var @event = verdict.ToEvent();
        await exchange.Send(@event, @event.GetType(), Pipe.Execute<SendContext>(context => context.SetRoutingKey(address)), cancellationToken);
    }
}

/// <summary>Within one process: straight to the gateway.</summary>
sealed class LocalVerdictSender(IEnumerable<EventQueue> queues, IServiceProvider services) : IVerdictSender
{
    static readonly Dictionary<string, object> NoHeaders = new(StringComparer.Ordinal);

    public Task SendAsync(string address, EventVerdict verdict, CancellationToken cancellationToken) =>
        queues.FirstOrDefault(q => q.Source == QueueSource.Answers && q.Name == address) is { } queue
            ? queue.Receiver(services).ReceiveAsync(new ReceivedEvent(0, [], verdict.ToEvent(), NoHeaders), cancellationToken)
            : Task.CompletedTask;
}
