using System.Data.Common;
using System.Net;
using EventBus.Storage;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace EventBus.Gateway.Keys;

/// <summary>A gateway without keys serves its own machine only: bound anywhere else it does not start.</summary>
sealed partial class OpenGatewayGuard(KeyRing keys, StoredKeys stored, IConfiguration configuration, IServer server, ILogger<OpenGatewayGuard> logger)
    : IHostedLifecycleService, IValidateOptions<OpenGatewayGuard.BoundAddresses>
{
    /// <summary>With the settings, before anything listens: the addresses that they name. The storage is open by then, unless it cannot be opened.</summary>
    public ValidateOptionsResult Validate(string? name, BoundAddresses options)
    {
        try
        {
            // Validation is synchronous, and a host has nothing else to do at this point.
            Task.Run(() => stored.ReadAsync(CancellationToken.None)).GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is DbException or StorageException)
        {
            // The host does not start anyway: that the storage does not answer is said by whoever opens it.
            return ValidateOptionsResult.Skip;
        }

        var addresses = Configured(configuration).ToList();
        if (addresses.Find(a => !IsAddress(a)) is { } none)
        {
            return ValidateOptionsResult.Fail($"ASPNETCORE_URLS (--urls) names no address: {none}; for example ASPNETCORE_URLS=http://127.0.0.1:8080");
        }

        return Wrong(addresses) is { } wrong ? ValidateOptionsResult.Fail(wrong) : ValidateOptionsResult.Success;
    }

    static IEnumerable<string> Configured(IConfiguration configuration) =>
    [
        .. (configuration["urls"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
        .. (configuration["http_ports"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(port => $"http://*:{port}"),
        .. configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(e => e["Url"]).OfType<string>(),
    ];

    /// <summary>What is wrong where there are no keys, and an address leads to more than this machine.</summary>
    string? Wrong(IEnumerable<string> addresses) => keys.IsOpen && addresses.FirstOrDefault(a => !IsLoopback(a)) is { } elsewhere
        ? $"EventBus:Keys is empty, nor is a key in the storage, and the gateway would serve more than this machine ({elsewhere}). Make a key with: dotnet run --project src/Cli -- keys create --name canvas-production --source canvas; or bind to loopback: ASPNETCORE_URLS=http://127.0.0.1:8080"
        : null;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>When the server listens: the addresses it found, by whatever way.</summary>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        if (Wrong(server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []) is { } wrong)
        {
            throw new OptionsValidationException("EventBus:Keys", typeof(KeyOptions), [wrong]);
        }

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

    static bool IsAddress(string address)
    {
        try
        {
            BindingAddress.Parse(address);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    static bool IsLoopback(string address) =>
        BindingAddress.Parse(address) is var binding
        && (binding.IsUnixPipe
            || binding.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(binding.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip)));

    /// <summary>Stands for the addresses among the settings. It is asked for by nobody, so it is validated in its turn: after the storage has been opened.</summary>
    internal sealed class BoundAddresses;

    [LoggerMessage(103, LogLevel.Warning, "No keys are configured (EventBus:Keys), nor in the storage: the gateway serves this machine only, to anyone on it")]
    static partial void LogOpen(ILogger logger);
}
