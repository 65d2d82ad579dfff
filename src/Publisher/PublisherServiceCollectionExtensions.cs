using EventBus.Publisher.Transport;
using EventBus.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Publisher;

/// <summary>Adds the publisher to a service.</summary>
public static class PublisherServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="IEventPublisher"/>, connected as <c>EventBus:Transport</c> and <c>EventBus:RabbitMq</c> in the configuration say. Start the host before
    /// publishing.
    /// </summary>
    public static IServiceCollection AddEventPublisher(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddEventTransport(configuration);
        services.AddOptions<PublisherOptions>()
            .BindSettings(configuration.GetSection("EventBus:Publisher"))
            .Validate(o => o.Timeout >= TimeSpan.FromMilliseconds(100) && o.Timeout <= TimeSpan.FromMinutes(1), "EventBus:Publisher:Timeout is not between 100 ms and 1 minute; for example EventBus__Publisher__Timeout=00:00:03")
            .Validate(o => o.MaxInFlight is > 0 and <= 100_000, "EventBus:Publisher:MaxInFlight is not between 1 and 100000; for example EventBus__Publisher__MaxInFlight=1000")
            .ValidateOnStart();
        return services;
    }
}
