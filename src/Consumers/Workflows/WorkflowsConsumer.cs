using EventBus.Consumers.Hosting;
using EventBus.Consumers.Workflows.Runs;
using EventBus.Contracts;
using MassTransit;

namespace EventBus.Consumers.Workflows;

/// <summary>Starts workflows, and brings events to the runs that wait for them.</summary>
sealed class WorkflowsConsumer(WorkflowSet workflows, WorkflowRunner runner) : IConsumer<CloudEvent>
{
    public Task Consume(ConsumeContext<CloudEvent> context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var @event = context.Message;
        if (@event.Type == OwnEvents.MessageType)
        {
            // It is for an endpoint of this consumer.
            context.Record(EventOutcome.Filtered);
            return Task.CompletedTask;
        }

        if (!workflows.All.Any(w => w.IsStartedBy(@event) || w.Waits.Any(s => s.Until!.Matches(@event.Type))))
        {
            context.Record(EventOutcome.Filtered);
        }

        context.React(reaction => runner.TakeAsync(reaction, @event));
        return Task.CompletedTask;
    }
}
