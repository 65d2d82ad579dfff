using EventBus.Consumers.Hosting;
using EventBus.Contracts;
using EventBus.Delivery;

namespace EventBus.Consumers.Treatments;

/// <summary>Adds this consumer to a host.</summary>
public static class TreatmentsExtensions
{
    /// <summary>Its name, and that of its queues.</summary>
    public const string Name = "treatments";

    /// <summary>Adds the consumer: it follows what a flow sheet records, and brings it to the endpoints that ask for it.</summary>
    public static IServiceCollection AddTreatments(this IServiceCollection services, IConfiguration configuration)
    {
        IReadOnlyList<TypePattern> patterns = [.. TypePattern.Read("*.treatment.#"), .. TypePattern.Read("*.hospitalization.#")];
        return services.AddEventDelivery(configuration)
            .AddDeliveringConsumer(configuration, Name, _ => patterns, provider => provider.GetRequiredService<EndpointTargets>().Of(DeliveringConsumers.Treatments));
    }
}
