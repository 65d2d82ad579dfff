using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace EventBus.Publisher.Transport;

/// <summary>Each message of a queue from its arrival until it is taken, as span and metric (OpenTelemetry semantic conventions for messaging, <c>receive</c>); it continues the span that sent it.</summary>
/// <param name="queue">The queue, without its partition.</param>
sealed class ReceiveSpans(string queue)
{
    static readonly ActivitySource Source = new("EventBus.Publisher");
    static readonly Counter<long> Consumed = TransportMetrics.Meter.CreateCounter<long>("messaging.client.consumed.messages", "{message}", "Messages that came from queues.");

    readonly string _name = $"receive {queue}";

    readonly KeyValuePair<string, object?>[] _tags =
        [new("messaging.system", SendSpan.System), new("messaging.operation.name", "receive"), new("messaging.destination.name", queue)];

    /// <summary>Begins, and counts the message; null where nobody listens, or the message says nothing of who sent it.</summary>
    public Activity? Start(ReceivedEvent received)
    {
        Consumed.Add(1, _tags);
        return ActivityContext.TryParse(received.Header(SendSpan.Header), null, isRemote: true, out var sent)
            ? Source.StartActivity(_name, ActivityKind.Consumer, sent, _tags)?.SetTag("messaging.operation.type", "receive").SetTag("messaging.message.id", received.Event?.Id)
            : null;
    }
}
