using EventBus.Contracts;

namespace EventBus.Publisher.Transport;

/// <summary>Over the broker: an exchange from which each gateway has a queue of its own.</summary>
/// <param name="writer">The broker.</param>
sealed class BrokerVerdictSender(BrokerWriter writer) : IVerdictSender
{
    public Task SendAsync(string address, EventVerdict verdict, CancellationToken cancellationToken)
    {
        var @event = verdict.ToEvent();
        return writer.SendAsync(new OutgoingMessage(BrokerExchange.Answers, address, @event.Id, EventJson.ToUtf8Bytes(@event)) { IsMandatory = false }, cancellationToken);
    }
}

/// <summary>Within one process: straight to the gateway.</summary>
sealed class LocalVerdictSender(IEnumerable<EventQueue> queues, IServiceProvider services) : IVerdictSender
{
    public Task SendAsync(string address, EventVerdict verdict, CancellationToken cancellationToken) =>
        queues.FirstOrDefault(q => q.Source == QueueSource.Answers && q.Name == address) is { } queue
            ? queue.Receiver(services).ReceiveAsync(new ReceivedEvent(0, [], verdict.ToEvent(), null), cancellationToken)
            : Task.CompletedTask;
}
