using EventBus.Storage;
using EventBus.Storage.Hosts;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace EventBus.Gateway.Spooling;

/// <summary>Adds the way of accepted events to the broker, with the spool beside it.</summary>
static class OutletExtensions
{
    public static void AddOutlet(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        var database = new SqliteDatabase(StorageExtensions.InDataDirectory(builder.Configuration, "spool.db"), StorageExtensions.DirectoryExample, Migrations.Spool);
        services.AddSingleton(_ => new GatewayDatabase(database));
        services.AddDatabase(database, "spool-file");
        services.AddSingleton<EventSpool>();
        services.AddSingleton<EventOutlet>();
        services.AddHostedService(s => s.GetRequiredService<EventOutlet>());
        services.AddSingleton<IHeartbeatPart, SpoolHeartbeat>();
        services.AddHealthChecks().AddCheck<SpoolHealth>("spool", tags: ["ready", "told"]);
        services.PostConfigure<HealthCheckServiceOptions>(health =>
        {
            // What the gateway needs is said by the spool: without the broker it does its work.
            foreach (var check in health.Registrations.Where(r => r.Tags.Contains("masstransit")))
            {
                var factory = check.Factory;
                check.Factory = s => new AtMostDegraded(factory(s));
            }
        });
    }

    sealed class AtMostDegraded(IHealthCheck inner) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            await inner.CheckHealthAsync(context, cancellationToken) is var result && result.Status == HealthStatus.Unhealthy
                ? HealthCheckResult.Degraded(result.Description)
                : result;
    }
}
