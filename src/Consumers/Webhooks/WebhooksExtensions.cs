using EventBus.Consumers.Hosting;
using EventBus.Delivery;

namespace EventBus.Consumers.Webhooks;

/// <summary>Adds this consumer to a host.</summary>
public static class WebhooksExtensions
{
    /// <summary>Adds <see cref="WebhooksConsumer"/> and what it delivers with.</summary>
    public static IServiceCollection AddWebhooks(this IServiceCollection services, IConfiguration configuration) =>
        services.AddEventDelivery(configuration)
            .AddEventConsumer<WebhooksConsumer>(configuration, provider =>
                [.. provider.GetRequiredService<WebhookEndpoints>().Of(DeliveringConsumers.Webhooks).SelectMany(e => e.Patterns).DistinctBy(p => p.Text, StringComparer.Ordinal)]);
}
