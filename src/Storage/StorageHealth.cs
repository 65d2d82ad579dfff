using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace EventBus.Storage;

/// <summary>Unhealthy while a database takes no writes. It tries one itself then, since a host that is not ready may get nothing to write.</summary>
sealed class StorageHealth(Database database) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        !database.WritesFail || await database.TryWriteAsync(cancellationToken)
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("It takes no writes.");
}
