using System.Diagnostics;
using System.Diagnostics.Metrics;
using EventBus.Contracts;
using MassTransit;

namespace EventBus.Consumers.Hosting;

/// <summary>
/// Sees every event that reaches a consumer's queue, and records what became of it. An event that the consumer did not ask for (a binding of an earlier
/// version can still bring it) is filtered, and so is one that none of its handlers takes.
/// </summary>
sealed class OutcomeFilter(string consumer, IReadOnlyList<TypePattern> patterns) : IFilter<ConsumeContext>
{
    public async Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
    {
        if (!context.TryGetMessage<CloudEvent>(out var received))
        {
            await next.Send(context);
            return;
        }

        var start = Stopwatch.GetTimestamp();
        var @event = received.Message;
        var outcome = EventOutcome.Filtered;
        if (patterns.Any(p => p.Matches(@event.Type)))
        {
            await next.Send(context);
            if (context.ReceiveContext.IsDelivered)
            {
                outcome = context.TryGetPayload<RecordedOutcome>(out var recorded) ? recorded.Outcome : EventOutcome.Processed;
            }
        }

        if (!context.ReceiveContext.IsDelivered)
        {
            await received.NotifyConsumed(Stopwatch.GetElapsedTime(start), consumer);
        }

        ConsumerMetrics.Record(consumer, @event, outcome);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("outcome");
}

/// <summary>Counts what becomes of events at consumers.</summary>
static class ConsumerMetrics
{
    static readonly Meter Meter = new("EventBus.Consumers");
    static readonly Counter<long> Outcomes = Meter.CreateCounter<long>("eventbus.consumer.outcomes", "{event}", "Events by what became of them at a consumer.");

    public static void Record(string consumer, CloudEvent? @event, EventOutcome outcome) => Outcomes.Add(
        1,
        new TagList
        {
            { "eventbus.consumer", consumer },
            { "eventbus.family", @event?.Family.Word ?? "none" },
            { "eventbus.outcome", outcome switch { EventOutcome.Processed => "processed", EventOutcome.Filtered => "filtered", _ => "dead" } },
        });
}

sealed record RecordedOutcome(EventOutcome Outcome);
