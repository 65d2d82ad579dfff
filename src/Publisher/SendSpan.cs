using System.Collections.Frozen;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using EventBus.Contracts;
using EventBus.Publisher.Topology;

namespace EventBus.Publisher;

/// <summary>One event on its way to the broker, as span and metrics (OpenTelemetry semantic conventions for messaging, <c>send</c>).</summary>
sealed class SendSpan
{
    const string SourceName = "EventBus.Publisher";

    /// <summary>Value of <c>messaging.system</c>.</summary>
    public const string System = "rabbitmq";

    /// <summary>The header by which the span reaches whoever receives the message (W3C Trace Context, AMQP).</summary>
    public const string Header = "traceparent";

    static readonly ActivitySource Source = new(SourceName);

    static readonly Counter<long> Sent = TransportMetrics.Meter.CreateCounter<long>("messaging.client.sent.messages", "{message}", "Events that publishers gave to the broker; with error.type, those that it did not confirm.");

    static readonly Histogram<double> Duration = TransportMetrics.Meter.CreateHistogram(
        "messaging.client.operation.duration", "s", "Time until the broker confirmed an event.", null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] });

    /// <summary>What is the same for all events of a family.</summary>
    static readonly FrozenDictionary<Family, Destination> Destinations = Family.All.ToFrozenDictionary(f => f, f => new Destination(TopologyNames.Exchange(f)));

    readonly Destination _destination;
    readonly Activity? _activity;
    readonly long _start = Stopwatch.GetTimestamp();
    int _hasEnded;

    public SendSpan(CloudEvent @event)
    {
        _destination = Destinations[@event.Family];

        // It ends on the thread that reads what the broker answers, and would make the sender's activity the current one there.
        var sender = Activity.Current;
        Activity.Current = null;
        _activity = Source.StartActivity(_destination.SpanName, ActivityKind.Producer, EventTrace.Of(@event), _destination.Tags);
        _activity?.SetTag("messaging.operation.type", "send").SetTag("messaging.message.id", @event.Id);
        Activity.Current = sender;
        TraceParent = (_activity ?? sender) is { IdFormat: ActivityIdFormat.W3C, Id: { } id } ? id : null;
    }

    /// <summary>By what it is referred to; null where there is no trace.</summary>
    public string? TraceParent { get; }

    /// <summary>Ends it; only the first time counts.</summary>
    /// <param name="error">Why the broker did not confirm the event, as <c>error.type</c>; null where it did.</param>
    public void End(string? error)
    {
        if (Interlocked.Exchange(ref _hasEnded, 1) != 0)
        {
            return;
        }

        var tags = _destination.Tags;
        if (error is not null)
        {
            tags = [.. tags, new("error.type", error)];
            _activity?.SetTag("error.type", error).SetStatus(ActivityStatusCode.Error);
        }

        Sent.Add(1, tags);
        Duration.Record(Stopwatch.GetElapsedTime(_start).TotalSeconds, tags);
        _activity?.Dispose();
    }

    sealed class Destination(string exchange)
    {
        public string SpanName { get; } = $"send {exchange}";

        public KeyValuePair<string, object?>[] Tags { get; } =
            [new("messaging.system", SendSpan.System), new("messaging.operation.name", "send"), new("messaging.destination.name", exchange)];
    }
}
