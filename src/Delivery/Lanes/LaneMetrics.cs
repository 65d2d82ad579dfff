using System.Diagnostics;
using System.Diagnostics.Metrics;
using EventBus.Contracts;
using EventBus.Storage;

namespace EventBus.Delivery.Lanes;

/// <summary>Counts what becomes of events, and how long after their acceptance.</summary>
static class LaneMetrics
{
    /// <summary>Instruments and spans of consumers.</summary>
    public const string MeterName = "EventBus.Consumers";

    public static readonly Meter Meter = new(MeterName);

    /// <summary>Bounds for what takes as long as a call, in seconds; those that the conventions for HTTP and messaging advise.</summary>
    public static readonly double[] AttemptSeconds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30];

    static readonly Counter<long> Outcomes = Meter.CreateCounter<long>("eventbus.consumer.outcomes", "{event}", "Events by what became of them at a consumer or endpoint; retried ones count as waiting.");

    static readonly Histogram<double> Latency = Meter.CreateHistogram(
        "eventbus.outcome.latency", "s", "Time from acceptance to the outcome.", null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 3600, 21_600, 86_400] });

    /// <summary>The outcomes' words, by their numbers.</summary>
    static readonly string[] Words = [.. Enum.GetValues<DeliveryState>().Select(s => s.ToString().ToLowerInvariant())];

    public static void Record(string consumer, string endpoint, CloudEvent? @event, DeliveryState state, DateTimeOffset now)
    {
        var target = new TagList { { "eventbus.consumer", consumer }, { "eventbus.endpoint", endpoint }, { "eventbus.outcome", Words[(int)state] } };

        // A replay is of the past: how long ago that was says nothing of now.
        if (state != DeliveryState.Waiting && @event is { Replay: null, Acceptance.Time: var accepted })
        {
            Latency.Record(Math.Max(0, (now - accepted).TotalSeconds), target);
        }

        target.Add("eventbus.family", @event?.Family.Word ?? "none");
        Outcomes.Add(1, target);
    }
}
