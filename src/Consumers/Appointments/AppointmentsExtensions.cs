using EventBus.Consumers.Hosting;
using EventBus.Delivery;

namespace EventBus.Consumers.Appointments;

/// <summary>Adds this consumer to a host.</summary>
public static class AppointmentsExtensions
{
    /// <summary>Adds <see cref="AppointmentsConsumer"/> and what it delivers with.</summary>
    public static IServiceCollection AddAppointments(this IServiceCollection services, IConfiguration configuration) =>
        services.AddEventDelivery(configuration).AddEventConsumer<AppointmentsConsumer>(configuration);
}
