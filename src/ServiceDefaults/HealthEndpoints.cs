using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace EventBus.ServiceDefaults;

/// <summary><c>/health/live</c>: the process answers. <c>/health/ready</c>: what it depends on answers too.</summary>
public static class HealthEndpoints
{
    /// <summary>Maps both; checks tagged <c>ready</c> decide the second.</summary>
    /// <param name="endpoints">Where to.</param>
    /// <param name="degradedIsReady">Whether a host that is degraded still does its work, and so answers 200.</param>
    public static IEndpointRouteBuilder MapHealth(this IEndpointRouteBuilder endpoints, bool degradedIsReady = false)
    {
        endpoints.MapHealthChecks("/health/live", Options(_ => false, degradedIsReady));
        endpoints.MapHealthChecks("/health/ready", Options(check => check.Tags.Contains("ready"), degradedIsReady));
        return endpoints;
    }

    static HealthCheckOptions Options(Func<HealthCheckRegistration, bool> predicate, bool degradedIsReady) => new()
    {
        Predicate = predicate,
        ResponseWriter = Write,
        ResultStatusCodes =
        {
            [HealthStatus.Healthy] = StatusCodes.Status200OK,
            [HealthStatus.Degraded] = degradedIsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable,
            [HealthStatus.Unhealthy] = StatusCodes.Status503ServiceUnavailable,
        },
    };

    /// <summary>Names and states, and the reasons of checks tagged <c>told</c>: what other checks say holds addresses.</summary>
    static Task Write(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(new
    {
        status = report.Status.ToString(),
        checks = report.Entries.Select(e => new { name = e.Key, status = e.Value.Status.ToString(), reason = e.Value.Tags.Contains("told", StringComparer.Ordinal) ? e.Value.Description : null }),
    });
}
