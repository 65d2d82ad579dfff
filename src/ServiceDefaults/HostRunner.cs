using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace EventBus.ServiceDefaults;

/// <summary>Runs a host, and turns what stops it from starting into words on standard error.</summary>
public static class HostRunner
{
    /// <summary>Builds and runs a host until it is stopped.</summary>
    /// <param name="build">Builds the host; settings are read in it.</param>
    /// <returns>The process's exit code: 0 after a normal stop, 78 (sysexits' EX_CONFIG) for wrong settings, 71 (EX_OSERR) where an address cannot be listened on.</returns>
    public static async Task<int> RunAsync(Func<Task<IHost>> build)
    {
        ArgumentNullException.ThrowIfNull(build);
        try
        {
            using var host = await build();

            // Before the host does it, which would log the exception with its stack.
            host.Services.GetService<IStartupValidator>()?.Validate();
            var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
            try
            {
                await host.RunAsync();
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                // Told to stop while it was starting: nothing has begun.
            }

            return 0;
        }
        catch (Exception e) when (Failures(e) is { Count: > 0 } failures)
        {
            await Console.Error.WriteLineAsync("EventBus cannot start with these settings:");
            foreach (var failure in failures)
            {
                await Console.Error.WriteLineAsync($"  - {failure}");
            }

            return 78;
        }
        catch (IOException e)
        {
            var other = e.InnerException is AddressInUseException
                ? " Another one is given by --urls or ASPNETCORE_URLS to the gateway, by EventBus__Console__Url to the Console, by EventBus__Health__Url to a consumer's health."
                : "";
            await Console.Error.WriteLineAsync($"EventBus cannot start: {e.Message}{other}");
            return 71;
        }
    }

    /// <summary>What an exception says of wrong settings; empty where it says nothing of them.</summary>
    public static IReadOnlyList<string> Failures(Exception exception) => exception switch
    {
        OptionsValidationException options => [.. options.Failures],
        AggregateException many when many.InnerExceptions.All(e => Failures(e).Count > 0) => [.. many.InnerExceptions.SelectMany(Failures)],
        InvalidOperationException { Source: "Microsoft.Extensions.Configuration.Binder" } binder =>
            [$"{binder.Message} Numbers are written as 1000 and times as 00:00:10; docs/deploy.md has every setting with an example."],
        { InnerException: { } inner } => Failures(inner),
        _ => [],
    };
}
