using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace EventBus.Gateway.Keys;

/// <summary>A gateway without keys serves its own machine only: bound anywhere else it does not start.</summary>
sealed partial class OpenGatewayGuard(KeyRing keys, IServer server, ILogger<OpenGatewayGuard> logger) : IHostedLifecycleService
{
    /// <summary>The addresses that settings name, before anything listens.</summary>
    public static IEnumerable<string> Configured(IConfiguration configuration) =>
    [
        .. (configuration["urls"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
        .. (configuration["http_ports"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(port => $"http://*:{port}"),
        .. configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(e => e["Url"]).OfType<string>(),
    ];

    /// <exception cref="OptionsValidationException">There are no keys, and an address leads to more than this machine.</exception>
    public static void Check(KeyRing keys, IEnumerable<string> addresses)
    {
        if (keys.IsOpen && addresses.FirstOrDefault(a => !IsLoopback(a)) is { } elsewhere)
        {
            throw new OptionsValidationException(
                "EventBus:Keys", typeof(KeyOptions),
                [$"EventBus:Keys is empty, and the gateway would serve more than this machine ({elsewhere}). Make a key with: dotnet run --project src/Cli -- keys create --name canvas-production --source canvas; or bind to loopback: ASPNETCORE_URLS=http://127.0.0.1:8080"]);
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>When the server listens: the addresses it found, by whatever way.</summary>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        Check(keys, server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []);
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

    static bool IsLoopback(string address) =>
        BindingAddress.Parse(address) is var binding
        && (binding.IsUnixPipe
            || binding.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(binding.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip)));

    [LoggerMessage(103, LogLevel.Warning, "No keys are configured (EventBus:Keys): the gateway serves this machine only, to anyone on it")]
    static partial void LogOpen(ILogger logger);
}
