using EventBus.Consumers.Hosting;
using EventBus.Delivery;

namespace EventBus.Consumers.Webhooks;

/// <summary>Adds this consumer to a host.</summary>
public static class WebhooksExtensions
{
    /// <summary>Its name, and that of its queues.</summary>
    public const string Name = "webhooks";

    /// <summary>Adds the consumer: it brings events of any family to its endpoints, and responds to what they ask for.</summary>
    public static IServiceCollection AddWebhooks(this IServiceCollection services, IConfiguration configuration) =>
        services.AddEventDelivery(configuration).AddDeliveringConsumer(
            configuration,
            Name,
            provider => provider.GetRequiredService<EndpointTargets>().PatternsOf(DeliveringConsumers.Webhooks),
            provider => provider.GetRequiredService<EndpointTargets>().Of(DeliveringConsumers.Webhooks));
}
