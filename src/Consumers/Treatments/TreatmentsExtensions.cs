using EventBus.Consumers.Hosting;
using EventBus.Delivery;

namespace EventBus.Consumers.Treatments;

/// <summary>Adds this consumer to a host.</summary>
public static class TreatmentsExtensions
{
    /// <summary>Adds <see cref="TreatmentsConsumer"/> and what it delivers with.</summary>
    public static IServiceCollection AddTreatments(this IServiceCollection services, IConfiguration configuration) =>
        services.AddEventDelivery(configuration).AddEventConsumer<TreatmentsConsumer>(configuration);
}
