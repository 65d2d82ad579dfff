using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EventBus.ServiceDefaults;

/// <summary>
/// Serves a worker's health where <c>EventBus:Health:Url</c> says (<c>http://0.0.0.0:8081</c>), for containers and load balancers. Workers have no other
/// HTTP surface; without the setting nothing listens.
/// </summary>
sealed class HealthListener(IConfiguration configuration, HealthCheckService health) : IHostedService, IAsyncDisposable
{
    WebApplication? _app;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (configuration["EventBus:Health:Url"] is not { Length: > 0 } url)
        {
            return;
        }

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls(url);
        builder.Logging.ClearProviders();
        builder.Services.AddRoutingCore().AddSingleton(health);
        _app = builder.Build();
        _app.MapHealth();
        await _app.StartAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => _app?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public ValueTask DisposeAsync() => _app?.DisposeAsync() ?? ValueTask.CompletedTask;
}
