using EventBus.Consumers.Hosting;
using EventBus.Contracts;
using EventBus.Delivery;

namespace EventBus.Consumers.Appointments;

/// <summary>Adds this consumer to a host.</summary>
public static class AppointmentsExtensions
{
    /// <summary>Its name, and that of its queues.</summary>
    public const string Name = "appointments";

    /// <summary>Adds the consumer: it follows appointments, and brings their changes to the endpoints that ask for them.</summary>
    public static IServiceCollection AddAppointments(this IServiceCollection services, IConfiguration configuration)
    {
        IReadOnlyList<TypePattern> patterns = [.. TypePattern.Read("*.appointment.#")];
        return services.AddEventDelivery(configuration)
            .AddDeliveringConsumer(configuration, Name, _ => patterns, provider => provider.GetRequiredService<EndpointTargets>().Of(DeliveringConsumers.Appointments));
    }
}
