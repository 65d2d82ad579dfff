using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace EventBus.Gateway.Spooling;

/// <summary>Degraded while events go through the spool; unhealthy where it would take no more.</summary>
sealed class SpoolHealth(EventOutlet outlet) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var state = outlet.Now();
        return Task.FromResult(
            !state.IsSpooling ? HealthCheckResult.Healthy()
            : state.IsFull ? HealthCheckResult.Unhealthy($"The broker does not take events, and the spool is full: {state.Waiting} wait since {state.Since:O}.")
            : HealthCheckResult.Degraded($"The broker does not take events: {state.Waiting} wait in the spool since {state.Since:O}."));
    }
}
