using System.Diagnostics;
using System.Diagnostics.Metrics;
using EventBus.Contracts;
using EventBus.Storage;

namespace EventBus.Delivery.Lanes;

/// <summary>Counts what becomes of events.</summary>
static class LaneMetrics
{
    static readonly Meter Meter = new("EventBus.Consumers");
    static readonly Counter<long> Outcomes = Meter.CreateCounter<long>("eventbus.consumer.outcomes", "{event}", "Events by what became of them at a consumer or endpoint; retried ones count as waiting.");

    public static void Record(string consumer, string endpoint, CloudEvent? @event, DeliveryState state) => Outcomes.Add(
        1,
        new TagList
        {
            { "eventbus.consumer", consumer },
            { "eventbus.endpoint", endpoint },
            { "eventbus.family", @event?.Family.Word ?? "none" },
            { "eventbus.outcome", state.ToString().ToLowerInvariant() },
        });
}
