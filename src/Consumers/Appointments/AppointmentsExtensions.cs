using EventBus.Consumers.Hosting;
using EventBus.Delivery;
using EventBus.Storage;

namespace EventBus.Consumers.Appointments;

/// <summary>Adds this consumer to a host.</summary>
public static class AppointmentsExtensions
{
    /// <summary>Adds the consumer: it keeps a record of each appointment, and brings its changes to the endpoints that ask for them.</summary>
    public static IServiceCollection AddAppointments(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<AppointmentsOptions>().BindSettings(configuration.GetSection("EventBus:Appointments")).ValidateOnStart();
        services.AddSingleton<AppointmentTimes>();
        return services.AddEventDelivery(configuration).AddEventConsumer<AppointmentsConsumer>(
            configuration,
            endpoints: provider => provider.GetRequiredService<EndpointTargets>().Of(DeliveringConsumers.Appointments, provider.GetRequiredService<AppointmentTimes>().CompleteAsync));
    }
}
