using MassTransit;

namespace EventBus.Consumers.Hosting;

/// <summary>Keeps what a consumer throws out of MassTransit's own handling of faults: the lane decides what follows.</summary>
sealed class HandlerRunFilter : IFilter<ConsumeContext>, IConfigureReceiveEndpoint
{
    public void Configure(string name, IReceiveEndpointConfigurator configurator) => configurator.UseFilter(this);

    public async Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
    {
        if (!context.TryGetPayload<HandlerRun>(out var run))
        {
            await next.Send(context);
            return;
        }

        try
        {
            await next.Send(context);
            run.IsTaken = context.ReceiveContext.IsDelivered;
        }
        catch (Exception e)
        {
            run.Exception = e is ConsumerException { InnerException: { } inner } ? inner : e;
        }

        if (!run.IsTaken && context.TryGetMessage<Contracts.CloudEvent>(out var received))
        {
            // Otherwise MassTransit would call the message skipped.
            await received.NotifyConsumed(TimeSpan.Zero, "");
        }
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("handler-run");
}
