using EventBus.Consumers.Hosting;
using EventBus.Delivery;

namespace EventBus.Consumers.Treatments;

/// <summary>Adds this consumer to a host.</summary>
public static class TreatmentsExtensions
{
    /// <summary>Adds the consumer: it keeps what flow sheets record, and brings it to the endpoints that ask for it.</summary>
    public static IServiceCollection AddTreatments(this IServiceCollection services, IConfiguration configuration) => services.AddEventDelivery(configuration)
        .AddEventConsumer<TreatmentsConsumer>(configuration, endpoints: provider => provider.GetRequiredService<EndpointTargets>().Of(DeliveringConsumers.Treatments));
}
