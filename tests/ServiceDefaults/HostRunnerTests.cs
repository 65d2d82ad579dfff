using EventBus.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EventBus.Tests.ServiceDefaults;

/// <summary>How a host ends.</summary>
public sealed class HostRunnerTests
{
    [Fact]
    public async Task A_host_that_is_told_to_stop_while_it_starts_ends_as_if_it_had_run()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddHostedService<Starting>();
        Assert.Equal(0, await HostRunner.RunAsync(() => Task.FromResult(builder.Build())));
    }

    /// <summary>Is told to stop, and gives up as whatever waits for a database does.</summary>
    sealed class Starting(IHostApplicationLifetime lifetime) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            lifetime.StopApplication();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
