using EventBus.Delivery;
using EventBus.Operations;
using EventBus.Operations.Access;
using EventBus.Storage;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EventBus.OperatorConsole;

/// <summary>Adds the Console to a host.</summary>
public static class ConsoleExtensions
{
    /// <summary>Adds what serves the Console, on an address of its own.</summary>
    public static IServiceCollection AddConsole(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddEventStorage(configuration);
        services.AddBrokerClient(configuration);
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<ConsoleOptions>()
            .BindSettings(configuration.GetSection("EventBus:Console"))
            .Validate(
                o => !o.IsOn || (Uri.TryCreate(o.Url, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.AbsolutePath == "/"),
                "EventBus:Console:Url is no address to listen on; for example EventBus__Console__Url=http://127.0.0.1:8081, or none")
            .Validate(o => o.SignInsPerMinute is >= 1 and <= 10_000, "EventBus:Console:SignInsPerMinute is not between 1 and 10000; for example EventBus__Console__SignInsPerMinute=20")
            .ValidateOnStart();
        services.AddAddressGuard(configuration);
        services.TryAddSingleton<Sessions>();
        services.AddSingleton<ConsoleListener>();
        return services.AddHostedService(provider => provider.GetRequiredService<ConsoleListener>());
    }
}
