using EventBus.Consumers.Hosting;
using EventBus.Consumers.Hosting.Reactions;
using EventBus.Consumers.Workflows.Runs;
using EventBus.Delivery;
using EventBus.Storage;
using Microsoft.Extensions.Options;

namespace EventBus.Consumers.Workflows;

/// <summary>Adds this consumer to a host.</summary>
public static class WorkflowsExtensions
{
    /// <summary>Adds the consumer: it runs the workflows of the files in <c>EventBus:Workflows:Directory</c>, and brings what they send to its endpoints.</summary>
    /// <exception cref="OptionsValidationException">A setting or a file is wrong; it has every error.</exception>
    public static IServiceCollection AddWorkflows(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<WorkflowOptions>()
            .BindSettings(configuration.GetSection("EventBus:Workflows"))
            .Validate(
                o => o.Settle > TimeSpan.Zero && o.Settle <= TimeSpan.FromMinutes(10),
                "EventBus:Workflows:Settle is not between 1 ms and 10 minutes; for example EventBus__Workflows__Settle=00:00:02")
            .ValidateOnStart();
        services.AddEventDelivery(configuration);
        services.AddSingleton(WorkflowSet.Read(new WorkflowOptions { Directory = configuration["EventBus:Workflows:Directory"] }, new WebhookEndpoints(configuration)));
        services.AddSingleton<WorkflowRunner>();
        services.AddSingleton<ITimerHandler, RunTimers>();
        services.AddEventConsumer<WorkflowsConsumer>(
            configuration, provider => provider.GetRequiredService<WorkflowSet>().Patterns, provider => provider.GetRequiredService<EndpointTargets>().Of(DeliveringConsumers.Workflows));
        return services.AddHostedService<DeliveryWatch>().AddHostedService<UnheardWaits>();
    }
}
