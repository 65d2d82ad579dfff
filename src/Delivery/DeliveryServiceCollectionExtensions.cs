using EventBus.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EventBus.Delivery;

/// <summary>Adds webhook delivery to a service.</summary>
public static class DeliveryServiceCollectionExtensions
{
    /// <summary>Adds <see cref="EndpointTargets"/> with the endpoints of the configuration; a second call changes nothing.</summary>
    public static IServiceCollection AddEventDelivery(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddAddressGuard(configuration);
        if (services.Any(s => s.ServiceType == typeof(EndpointTargets)))
        {
            return services;
        }

        services.AddEventStorage(configuration);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(new WebhookEndpoints(configuration));
        services.AddSingleton<WebhookSender>();
        services.AddSingleton<EndpointControl>();
        services.AddSingleton<EndpointTargets>();
        services.AddHostedService(provider => provider.GetRequiredService<EndpointTargets>());
        return services;
    }

    /// <summary>Adds what says where endpoints may be that are added at run time; a second call changes nothing.</summary>
    public static IServiceCollection AddAddressGuard(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (services.Any(s => s.ServiceType == typeof(AddressGuard)))
        {
            return services;
        }

        services.AddOptions<DeliveryOptions>()
            .BindSettings(configuration.GetSection("EventBus:Delivery"))
            .Validate(
                o => o.CircuitPause >= TimeSpan.FromMilliseconds(10) && o.CircuitPause <= TimeSpan.FromHours(1),
                "EventBus:Delivery:CircuitPause is not between 10 ms and 1 hour; for example EventBus__Delivery__CircuitPause=00:00:30")
            .Validate(
                o => o.DisableAfter >= TimeSpan.FromMinutes(1) && o.DisableAfter <= TimeSpan.FromDays(90),
                "EventBus:Delivery:DisableAfter is not between 1 minute and 90 days; for example EventBus__Delivery__DisableAfter=5.00:00:00")
            .Validate(
                o => o.AllowedNetworks.All(n => System.Net.IPNetwork.TryParse(n, out _)),
                "EventBus:Delivery:AllowedNetworks has something that is no network; for example EventBus__Delivery__AllowedNetworks__0=10.20.0.0/16")
            .ValidateOnStart();
        return services.AddSingleton<AddressGuard>();
    }
}
