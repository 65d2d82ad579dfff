using EventBus.Consumers.Hosting;
using EventBus.Consumers.Hosting.Reactions;
using EventBus.Delivery;
using EventBus.Storage;

namespace EventBus.Consumers.CommandLifecycle;

/// <summary>Adds this consumer to a host.</summary>
public static class CommandLifecycleExtensions
{
    /// <summary>
    /// Adds the consumer: it follows commands through their life, publishes when one is completed, stalls or takes an impossible turn, and brings each step to the
    /// endpoints that ask for it.
    /// </summary>
    public static IServiceCollection AddCommandLifecycle(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<CommandLifecycleOptions>()
            .BindSettings(configuration.GetSection("EventBus:CommandLifecycle"))
            .Validate(
                o => o.ActionLimits.Values.Append(o.ActionLimit).Append(o.OpenLimit).All(l => l > TimeSpan.Zero && l <= TimeSpan.FromDays(30)),
                "EventBus:CommandLifecycle: ActionLimit, ActionLimits and OpenLimit are between 1 ms and 30 days; for example EventBus__CommandLifecycle__ActionLimits__commit=00:05:00")
            .Validate(
                o => o.Settle > TimeSpan.Zero && o.Settle <= TimeSpan.FromMinutes(10),
                "EventBus:CommandLifecycle:Settle is not between 1 ms and 10 minutes; for example EventBus__CommandLifecycle__Settle=00:00:02")
            .ValidateOnStart();
        services.AddSingleton<ITimerHandler, CommandTimers>();
        return services.AddEventDelivery(configuration)
            .AddEventConsumer<CommandLifecycleConsumer>(configuration, endpoints: provider => provider.GetRequiredService<EndpointTargets>().Of(DeliveringConsumers.CommandLifecycle));
    }
}
