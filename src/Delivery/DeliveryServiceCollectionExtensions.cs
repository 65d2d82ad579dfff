using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EventBus.Delivery;

/// <summary>Adds webhook delivery to a service.</summary>
public static class DeliveryServiceCollectionExtensions
{
    /// <summary>Adds <see cref="EventDelivery"/> with the endpoints of the configuration; a second call changes nothing.</summary>
    public static IServiceCollection AddEventDelivery(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddOptions<DeliveryOptions>()
            .Bind(configuration.GetSection("EventBus:Delivery"))
            .Validate(
                o => o.RetryDelay >= TimeSpan.FromMilliseconds(1) && o.RetryDelay <= TimeSpan.FromMinutes(1),
                "EventBus:Delivery:RetryDelay is not between 1 ms and 1 minute; for example EventBus__Delivery__RetryDelay=00:00:01")
            .ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(new WebhookEndpoints(configuration));
        services.TryAddSingleton<WebhookSender>();
        services.TryAddSingleton<EventDelivery>();
        services.TryAddSingleton<EndpointTargets>();
        return services;
    }
}
