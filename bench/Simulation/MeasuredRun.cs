using System.Text.Json;

namespace EventBus.Bench.Simulation;

/// <summary>What a run of the scenarios measured, as <c>--json</c> wrote it.</summary>
/// <param name="Cores">Of the machine.</param>
/// <param name="Scenarios">By name.</param>
sealed record MeasuredRun(int Cores, IReadOnlyDictionary<string, MeasuredScenario> Scenarios)
{
    const double Events = 10_000;

    static readonly string[] Needed = ["ingest_single", "ingest_batch", "consume", "deliver", "latency"];

    /// <summary>What an event costs that comes alone in its request, is archived, and is brought to one endpoint, where the machine is busy.</summary>
    public Demand FullLoad
    {
        get
        {
            // Into both queues once, out of the consumer's and out of the archive's; the archive does about what a consumer does.
            var (ingest, consume, deliver) = (Scenarios["ingest_single"].Demand, Scenarios["consume"].Demand, Scenarios["deliver"].Demand);
            return new Demand(
                ingest.Service + deliver.Service + consume.Service, ingest.Broker + (2 * deliver.Broker), ingest.Database + deliver.Database + consume.Database, ingest.Load + deliver.Load);
        }
    }

    /// <exception cref="BenchException">The file does not hold what is needed.</exception>
    public static async Task<MeasuredRun> ReadAsync(FileInfo file, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = file.OpenRead();
            using var json = await JsonDocument.ParseAsync(stream, default, cancellationToken);
            var scenarios = json.RootElement.GetProperty("scenarios").EnumerateArray().ToDictionary(s => s.GetProperty("name").GetString()!, Read, StringComparer.Ordinal);
            return Needed.FirstOrDefault(n => !scenarios.ContainsKey(n)) is { } missing
                ? throw new BenchException($"{file.Name} has no scenario {missing}; write it by: bench -- all --json {file.Name}")
                : new MeasuredRun(json.RootElement.GetProperty("cores").GetInt32(), scenarios);
        }
        catch (Exception e) when (e is IOException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new BenchException($"{file.Name} is not what a run of the scenarios has written ({e.Message}); write it by: bench -- all --json {file.Name}", e);
        }
    }

    static MeasuredScenario Read(JsonElement scenario)
    {
        var (cpu, medians) = (scenario.GetProperty("cpuSecondsPer10000").GetProperty("ours"), scenario.GetProperty("medians").GetProperty("ours"));
        double Cpu(string part) => cpu.GetProperty(part).GetDouble() / Events;
        return new MeasuredScenario(
            new Demand(Cpu("service"), Cpu("broker"), Cpu("database"), Cpu("load")),
            medians.GetProperty("eventsPerSecond").GetDouble(), medians.GetProperty("p50Milliseconds").GetDouble(), medians.GetProperty("p99Milliseconds").GetDouble(),
            scenario.GetProperty("noise").GetProperty("othersCpu").GetDouble());
    }
}

/// <summary>One scenario of it, our side.</summary>
/// <param name="Demand">CPU for an event.</param>
/// <param name="EventsPerSecond">Measured.</param>
/// <param name="P50Milliseconds">Measured; 0 where nothing is timed.</param>
/// <param name="P99Milliseconds">The same.</param>
/// <param name="OthersCpu">What other processes took of the machine.</param>
sealed record MeasuredScenario(Demand Demand, double EventsPerSecond, double P50Milliseconds, double P99Milliseconds, double OthersCpu);
