using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace EventBus.Gateway.Keys;

/// <summary>A gateway without keys serves its own machine only: bound anywhere else it does not start.</summary>
sealed partial class OpenGatewayGuard(KeyRing keys, IServer server, ILogger<OpenGatewayGuard> logger) : IHostedLifecycleService
{
    /// <summary>Before the server listens: the addresses it was told.</summary>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        Check();
        return Task.CompletedTask;
    }

    /// <summary>When it listens: the addresses it found, for instance by its own endpoint settings.</summary>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        Check();
        if (keys.IsOpen)
        {
            LogOpen(logger);
        }

        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    void Check()
    {
        var elsewhere = keys.IsOpen ? server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault(a => !IsLoopback(a)) : null;
        if (elsewhere is not null)
        {
            throw new OptionsValidationException(
                "EventBus:Keys", typeof(KeyOptions),
                [$"EventBus:Keys is empty, and the gateway would serve more than this machine ({elsewhere}). Make a key with: eventbus keys create --name canvas-production --source canvas; or bind to loopback: ASPNETCORE_URLS=http://127.0.0.1:8080"]);
        }
    }

    static bool IsLoopback(string address) =>
        BindingAddress.Parse(address) is var binding
        && (binding.IsUnixPipe
            || binding.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(binding.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip)));

    [LoggerMessage(103, LogLevel.Warning, "No keys are configured (EventBus:Keys): the gateway serves this machine only, to anyone on it")]
    static partial void LogOpen(ILogger logger);
}
