using System.Diagnostics;
using System.Diagnostics.Metrics;
using EventBus.Contracts;

namespace EventBus.Delivery.Lanes;

/// <summary>
/// One attempt, as span and metric (OpenTelemetry semantic conventions for messaging, <c>process</c>). It continues the trace of the event, not of the message: attempts
/// are made out of the store, hours later too.
/// </summary>
sealed class ProcessSpan : IDisposable
{
    static readonly ActivitySource Source = new(LaneMetrics.MeterName);
    static readonly Histogram<double> Duration = LaneMetrics.Meter.CreateHistogram(
        "messaging.process.duration", "s", "Duration of attempts at handlers and endpoints.", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [.. LaneMetrics.AttemptSeconds] });

    readonly Activity? _activity;
    readonly string _consumer;
    readonly TimeProvider _time;
    readonly long _start;

    public ProcessSpan(string consumer, DeliveryItem item, TimeProvider time)
    {
        (_consumer, _time, _start) = (consumer, time, time.GetTimestamp());
        _activity = Source.StartActivity($"process {consumer}", ActivityKind.Consumer, EventTrace.Of(item.Event));
        _activity?.SetTag("messaging.system", "eventbus")
            .SetTag("messaging.operation.name", "process")
            .SetTag("messaging.operation.type", "process")
            .SetTag("messaging.destination.name", consumer)
            .SetTag("messaging.consumer.group.name", consumer)
            .SetTag("messaging.message.id", item.Event.Id)
            .SetTag("eventbus.endpoint", item.Endpoint)
            .SetTag("eventbus.attempt", item.Attempts + 1);
    }

    /// <summary>Notes how the attempt ended; one that did not take place is not counted.</summary>
    public AttemptResult End(AttemptResult result)
    {
        if (result.End == AttemptEnd.Postponed)
        {
            return result;
        }

        var tags = new TagList
        {
            { "messaging.system", "eventbus" },
            { "messaging.operation.name", "process" },
            { "messaging.destination.name", _consumer },
            { "messaging.consumer.group.name", _consumer },
        };
        if (result.End is AttemptEnd.Failed or AttemptEnd.Rejected)
        {
            var error = result.End == AttemptEnd.Failed ? "failed" : "rejected";
            tags.Add("error.type", error);
            _activity?.SetTag("error.type", error).SetStatus(ActivityStatusCode.Error);
        }

        Duration.Record(_time.GetElapsedTime(_start).TotalSeconds, tags);
        return result;
    }

    public void Dispose() => _activity?.Dispose();
}
