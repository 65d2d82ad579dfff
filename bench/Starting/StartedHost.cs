using System.Diagnostics;
using EventBus.Bench.Measuring;
using EventBus.Bench.Servers;
using EventBus.TestServices;

namespace EventBus.Bench.Starting;

/// <summary>A host's own program, as it is deployed.</summary>
/// <param name="Name">As in the table.</param>
/// <param name="Program">Its assembly.</param>
/// <param name="Address">The setting that says where its health is asked for.</param>
sealed record StartedHost(string Name, string Program, string Address)
{
    const string Health = "EventBus__Health__Url";
    const string Http = "ASPNETCORE_URLS";

    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    public static IReadOnlyList<StartedHost> All { get; } =
    [
        new("gateway", "EventBus.Gateway", Http),
        new("archive", "EventBus.Consumers.Archive", Health),
        new("webhooks", "EventBus.Consumers.Webhooks", Health),
        new("appointments", "EventBus.Consumers.Appointments", Health),
        new("command-lifecycle", "EventBus.Consumers.CommandLifecycle", Health),
        new("treatments", "EventBus.Consumers.Treatments", Health),
        new("workflows", "EventBus.Consumers.Workflows", Health),
        new("console", "EventBus.Console", Health),
        new("standalone", "EventBus.Standalone", Http),
    ];

    /// <summary>Starts it, waits until it is ready, and ends it.</summary>
    /// <exception cref="BenchException">It ended, or was not ready in time.</exception>
    public async Task<HostStart> StartAsync(ChildSettings settings, CancellationToken cancellationToken)
    {
        var address = $"http://127.0.0.1:{FreePort.Next()}";
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, $"{Program}.dll")])
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = settings.Folder,
        };
        foreach (var (name, value) in Name == "standalone" ? settings.ToStandalone() : settings.ToOurs())
        {
            start.Environment[name] = value;
        }

        start.Environment["EventBus__Console__Url"] = $"http://127.0.0.1:{FreePort.Next()}";
        start.Environment[Address] = address;
        using var http = new HttpClient { BaseAddress = new Uri(address), Timeout = TimeSpan.FromSeconds(5) };
        var begun = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            while (!await HealthProbe.IsReadyAsync(http, cancellationToken))
            {
                if (process.HasExited || Stopwatch.GetElapsedTime(begun) > Limit)
                {
                    throw new BenchException($"{Program} {(process.HasExited ? $"ended with {process.ExitCode}" : "was not ready in time")}.");
                }

                await Task.Delay(Look, cancellationToken);
            }

            return new HostStart(Stopwatch.GetElapsedTime(begun).TotalSeconds, ProcessCpu.Of(process.Id).TotalSeconds);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }
}

/// <summary>One start.</summary>
/// <param name="Seconds">From the process's start to its first yes.</param>
/// <param name="CpuSeconds">What it has used until then, which other processes of the machine change little.</param>
sealed record HostStart(double Seconds, double CpuSeconds);
