using EventBus.Consumers.Hosting;
using EventBus.Contracts;
using EventBus.Delivery;

namespace EventBus.Consumers.CommandLifecycle;

/// <summary>Adds this consumer to a host.</summary>
public static class CommandLifecycleExtensions
{
    /// <summary>Its name, and that of its queues.</summary>
    public const string Name = "command-lifecycle";

    /// <summary>Adds the consumer: it follows commands through their life, and brings each step to the endpoints that ask for it.</summary>
    public static IServiceCollection AddCommandLifecycle(this IServiceCollection services, IConfiguration configuration)
    {
        IReadOnlyList<TypePattern> patterns = [.. TypePattern.Read("*.command.#")];
        return services.AddEventDelivery(configuration)
            .AddDeliveringConsumer(configuration, Name, _ => patterns, provider => provider.GetRequiredService<EndpointTargets>().Of(DeliveringConsumers.CommandLifecycle));
    }
}
