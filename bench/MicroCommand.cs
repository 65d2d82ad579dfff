using System.CommandLine;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using EventBus.Bench.Micro;

namespace EventBus.Bench;

/// <summary><c>micro</c>: what single steps cost, by BenchmarkDotNet.</summary>
static class MicroCommand
{
    public static Command Create()
    {
        var once = new Option<bool>("--once") { Description = "Run each step once, to see that it works; the figures mean nothing." };
        var command = new Command("micro", "Parse, check, classify, serialise, sign, match: nanoseconds and bytes allocated, each by itself.") { once };
        command.SetAction(parsed =>
        {
            using var folder = new ArtifactsFolder();
            var config = ManualConfig.CreateEmpty()
                .AddJob((parsed.GetValue(once) ? Job.Dry : Job.Default).WithToolchain(InProcessEmitToolchain.Instance))
                .AddColumnProvider(DefaultColumnProviders.Instance)
                .AddLogger(ConsoleLogger.Default)
                .WithArtifactsPath(folder.Path);
            var summary = BenchmarkRunner.Run<ContractBenchmarks>(config);
            return summary.HasCriticalValidationErrors || summary.Reports.Any(r => !r.Success) ? ExitCodes.CannotStart : ExitCodes.Measured;
        });
        return command;
    }

    /// <summary>BenchmarkDotNet writes its log somewhere.</summary>
    sealed class ArtifactsFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("eventbus-bench-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
