using System.Text.Json;
using EventBus.Tests.Fixtures;

namespace EventBus.Tests.Bench;

/// <summary>The benchmark room works: it measures, and loses nothing. No figure is asserted, since the machine is shared.</summary>
[Collection(nameof(Alone))]
public sealed class BenchTests
{
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(8);

    static readonly string[] Scenarios = ["ingest_single", "ingest_batch", "ingest_native", "publish", "consume", "deliver", "latency", "embedded"];

    [Fact]
    public async Task A_short_round_of_every_scenario_measures_both_sides_and_loses_nothing()
    {
        using var folder = new TempDirectory();
        var json = Path.Combine(folder.FullName, "all.json");
        await using var bench = HostProcess.Start("EventBus.Bench", ["all", "--rounds", "1", "--seconds", "1", "--warm-up", "0", "--json", json], []);

        Assert.True(await bench.ExitCodeAsync(Limit) == 0, bench.Output);

        using var report = JsonDocument.Parse(await File.ReadAllTextAsync(json));
        var scenarios = report.RootElement.GetProperty("scenarios").EnumerateArray().ToList();
        Assert.Equal(Scenarios, scenarios.Select(s => s.GetProperty("name").GetString()));
        Assert.All(scenarios, scenario =>
        {
            Assert.True(scenario.GetProperty("ratio").GetDouble() > 0);
            Assert.All((string[])["ours", "twin"], side =>
            {
                var round = Assert.Single(scenario.GetProperty("rounds").GetProperty(side).EnumerateArray());
                Assert.True(round.GetProperty("events").GetInt64() > 0);
                Assert.All((string[])["failed", "lost", "outOfOrder"], count => Assert.Equal(0, round.GetProperty(count).GetInt64()));
                Assert.True(scenario.GetProperty("cpuSecondsPer10000").GetProperty(side).GetProperty("service").GetDouble() > 0);
                Assert.True(scenario.GetProperty("allocatedBytesPerEvent").GetProperty(side).GetDouble() > 0);
            });
        });

        // 2: the model is far off, which a run so short does not say anything of.
        await using var simulation = HostProcess.Start("EventBus.Bench", ["simulate", json], []);
        Assert.True(await simulation.ExitCodeAsync() is 0 or 2, simulation.Output);
        Assert.Contains("| 1,000,000 |", simulation.Output, StringComparison.Ordinal);
    }

    /// <summary>Endpoints, subjects, backlogs, types and an archive at once, each a few hundredths of what it is to be.</summary>
    [Fact]
    public async Task What_an_event_costs_is_measured_with_little_and_with_much_around_it()
    {
        using var folder = new TempDirectory();
        var json = Path.Combine(folder.FullName, "scale.json");
        await using var bench = HostProcess.Start("EventBus.Bench", ["scale", "together", "--divide", "250", "--rounds", "1", "--seconds", "1", "--warm-up", "0", "--json", json], []);

        Assert.True(await bench.ExitCodeAsync(Limit) == 0, bench.Output);

        using var report = JsonDocument.Parse(await File.ReadAllTextAsync(json));
        var rounds = Assert.Single(report.RootElement.GetProperty("scale").EnumerateArray()).GetProperty("rounds");
        Assert.All((string[])["small", "large"], size =>
        {
            var round = Assert.Single(rounds.GetProperty(size).EnumerateArray());
            Assert.True(round.GetProperty("events").GetInt64() > 0);
            Assert.All((string[])["service", "broker", "database"], part => Assert.True(round.GetProperty("cpu").GetProperty(part).GetDouble() > 0));
        });
    }

    [Fact]
    public async Task Every_micro_benchmark_runs()
    {
        await using var bench = HostProcess.Start("EventBus.Bench", ["micro", "--once"], []);

        Assert.True(await bench.ExitCodeAsync() == 0, bench.Output);
    }
}

/// <summary>Both cores are the room's while it measures.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
