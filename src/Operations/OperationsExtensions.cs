using EventBus.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EventBus.Operations;

/// <summary>Adds what watches over the storage to a host.</summary>
public static class OperationsExtensions
{
    /// <summary>Adds the reconciler, which counts the ledger.</summary>
    public static IServiceCollection AddReconciler(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddEventStorage(configuration);
        services.TryAddSingleton(TimeProvider.System);
        return services.AddHostedService<Reconciler>();
    }
}
