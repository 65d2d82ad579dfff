using EventBus.Operations.Overview;
using EventBus.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EventBus.Operations;

/// <summary>Adds what watches over the storage to a host.</summary>
public static class OperationsExtensions
{
    /// <summary>Adds what counts: the ledger, and what happens in each minute.</summary>
    public static IServiceCollection AddReconciler(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddEventStorage(configuration);
        services.TryAddSingleton(TimeProvider.System);
        services.AddHostedService<MinuteCounter>();
        services.AddHostedService<BacklogMeter>();
        return services.AddHostedService<Reconciler>();
    }
}
