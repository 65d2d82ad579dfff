using EventBus.Operations.Alerts;
using EventBus.Operations.Broker;
using EventBus.Operations.Overview;
using EventBus.Publisher.Transport;
using EventBus.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace EventBus.Operations;

/// <summary>Adds what watches over the storage to a host.</summary>
public static class OperationsExtensions
{
    /// <summary>Adds what asks the broker how it does; a second call changes nothing.</summary>
    public static IServiceCollection AddBrokerClient(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddRabbitMqOptions(configuration);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => new BrokerClient(provider.GetRequiredService<IOptions<RabbitMqOptions>>().Value, !EventTransport.IsMemory(configuration)));
        services.TryAddSingleton<BrokerWatch>();
        return services;
    }

    /// <summary>Adds what counts (the ledger, and what happens in each minute), and what raises alerts and tells of them.</summary>
    public static IServiceCollection AddReconciler(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddEventStorage(configuration);
        services.TryAddSingleton(TimeProvider.System);
        services.AddBrokerClient(configuration);
        services.AddHostedService<BrokerLook>();
        services.AddHostedService<MinuteCounter>();
        services.AddHostedService<BacklogMeter>();
        services.AddHostedService<Reconciler>();
        var alerts = configuration.GetSection("EventBus:Alerts");
        services.AddOptions<AlertOptions>().BindSettings(alerts).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AlertOptions>, AlertOptionsCheck>();
        if (alerts["Webhook:Url"] is not null)
        {
            services.AddSingleton<IAlertChannel, WebhookChannel>();
        }

        if (alerts["Smtp:Host"] is not null)
        {
            services.AddSingleton<IAlertChannel, MailChannel>();
        }

        services.AddHostedService<AlertNotifier>();
        return services.AddHostedService<AlertWatch>();
    }
}
