using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace EventBus.Publisher.Transport;

/// <summary>One message from its arrival until it is taken, as span and metric (OpenTelemetry semantic conventions for messaging, <c>receive</c>); it continues the span that sent it.</summary>
sealed class ReceiveSpan(Activity? activity) : IDisposable
{
    static readonly ActivitySource Source = new("EventBus.Publisher");
    static readonly Counter<long> Consumed = TransportMetrics.Meter.CreateCounter<long>("messaging.client.consumed.messages", "{message}", "Messages that came from queues.");

    /// <summary>Begins, and counts the message.</summary>
    /// <param name="queue">The queue, without its partition.</param>
    /// <param name="received">What came.</param>
    public static ReceiveSpan Start(string queue, ReceivedEvent received)
    {
        var tags = new TagList { { "messaging.system", SendSpan.System }, { "messaging.operation.name", "receive" }, { "messaging.destination.name", queue } };
        Consumed.Add(1, tags);
        var activity = ActivityContext.TryParse(received.Header(SendSpan.Header), null, isRemote: true, out var sent)
            ? Source.StartActivity($"receive {queue}", ActivityKind.Consumer, sent, tags)
            : null;
        activity?.SetTag("messaging.operation.type", "receive").SetTag("messaging.message.id", received.Event?.Id);
        return new ReceiveSpan(activity);
    }

    public void Dispose() => activity?.Dispose();
}
