using EventBus.Consumers.Hosting;
using EventBus.Delivery;

namespace EventBus.Consumers.CommandLifecycle;

/// <summary>Adds this consumer to a host.</summary>
public static class CommandLifecycleExtensions
{
    /// <summary>Adds <see cref="CommandLifecycleConsumer"/> and what it delivers with.</summary>
    public static IServiceCollection AddCommandLifecycle(this IServiceCollection services, IConfiguration configuration) =>
        services.AddEventDelivery(configuration).AddEventConsumer<CommandLifecycleConsumer>(configuration);
}
