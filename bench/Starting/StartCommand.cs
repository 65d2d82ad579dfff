using System.CommandLine;
using System.Globalization;
using EventBus.Bench.Measuring;
using EventBus.Bench.Reporting;

namespace EventBus.Bench.Starting;

/// <summary><c>start</c>: how long each host takes from its process's start until it is ready.</summary>
static class StartCommand
{
    /// <summary>A host is ready by then.</summary>
    const double TargetSeconds = 2;

    public static Command Create()
    {
        var rounds = BenchOptions.Rounds("How often each host is started, one after the other.");
        var json = BenchOptions.Json();
        var command = new Command("start", $"Seconds from a host's start to /health/ready, under {TargetSeconds}; {string.Join(", ", StartedHost.All.Select(h => h.Name))}. {ExitCodes.Help}") { rounds, json };
        command.Measures((parsed, cancellationToken) => RunAsync(parsed.GetValue(rounds), parsed.GetValue(json), cancellationToken));
        return command;
    }

    static async Task<int> RunAsync(int rounds, FileInfo? json, CancellationToken cancellationToken)
    {
        var starts = StartedHost.All.ToDictionary(h => h.Name, _ => new List<HostStart>(), StringComparer.Ordinal);
        await using var bed = await Bed.StartAsync(cancellationToken);
        var settings = await bed.CreateSettingsAsync(cancellationToken);
        for (var round = 1; round <= rounds; round++)
        {
            foreach (var host in StartedHost.All)
            {
                starts[host.Name].Add(await host.StartAsync(settings, cancellationToken));
            }

            await Console.Error.WriteLineAsync($"round {round} of {rounds}: {string.Join(", ", starts.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Key} {s.Value[^1].Seconds:0.00}")))}");
        }

        var figures = starts.Select(s => new
        {
            Host = s.Key,
            Seconds = Median.Of(s.Value.Select(v => v.Seconds)),
            CpuSeconds = Median.Of(s.Value.Select(v => v.CpuSeconds)),
            Least = s.Value.Min(v => v.Seconds),
            Most = s.Value.Max(v => v.Seconds),
        }).ToList();
        Console.WriteLine("| host | seconds to ready | CPU seconds | min–max | under |");
        Console.WriteLine("|---|---:|---:|---|---|");
        foreach (var figure in figures)
        {
            Console.WriteLine($"| {figure.Host} | {figure.Seconds:0.00} | {figure.CpuSeconds:0.00} | {figure.Least:0.00}–{figure.Most:0.00} | {TargetSeconds:0}{(figure.Seconds < TargetSeconds ? "" : ", missed")} |");
        }

        await JsonReport.WriteAsync(json, new { Target = TargetSeconds, Hosts = figures }, cancellationToken);
        return ExitCodes.Measured;
    }
}
