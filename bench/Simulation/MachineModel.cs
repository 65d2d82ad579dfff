using EventBus.Bench.Load;
using EventBus.Bench.Scenarios;

namespace EventBus.Bench.Simulation;

/// <summary>
/// The machine that everything shares, as a network of one station with as many servers as it has cores: gateway, broker, database, consumer, receiver and load take turns
/// on it. What other processes took makes each step longer.
/// </summary>
static class MachineModel
{
    const int Events = 200_000;

    /// <summary>An event counts as in work until its own outcome is written: a partition takes so many ahead.</summary>
    const int InWork = 4 * 200;

    /// <summary>A figure that the model gives for one that was measured.</summary>
    public static IEnumerable<Comparison> Compare(MeasuredRun run)
    {
        foreach (var (name, senders) in (IReadOnlyList<(string, int)>)[("ingest_single", Scenario.Singles), ("consume", InWork), ("deliver", InWork)])
        {
            var measured = run.Scenarios[name];
            var simulated = Network(run.Cores, measured).Close(senders, Events);
            yield return new Comparison(name, "events/s", measured.EventsPerSecond, simulated.EventsPerSecond);
            if (measured.P50Milliseconds > 0)
            {
                yield return new Comparison(name, "p50 ms", measured.P50Milliseconds, simulated.P50Milliseconds);
            }
        }

        var latency = run.Scenarios["latency"];

        // Due one every so often, they come in bunches: a timer of a millisecond and more wakes who sends them, on cores that are busy.
        var open = Network(run.Cores, latency).Open(OpenLoad.EventsPerSecond, Events);
        yield return new Comparison("latency", "events/s", latency.EventsPerSecond, open.EventsPerSecond);
        yield return new Comparison("latency", "p50 ms", latency.P50Milliseconds, open.P50Milliseconds);
    }

    static QueueingNetwork Network(int cores, MeasuredScenario measured)
    {
        var slower = 1 / (1 - Math.Min(0.9, measured.OthersCpu));
        var (demand, half) = (measured.Demand, measured.Demand.Load / 2);
        return new QueueingNetwork(
            [cores],
            [.. ((double[])[half, demand.Service, demand.Database, demand.Broker, half]).Where(d => d > 0).Select(d => (0, d * slower))]);
    }
}

/// <summary>Measured and simulated.</summary>
/// <param name="Scenario">The scenario.</param>
/// <param name="Figure">What was measured.</param>
/// <param name="Measured">The measured figure.</param>
/// <param name="Simulated">The simulated one.</param>
sealed record Comparison(string Scenario, string Figure, double Measured, double Simulated)
{
    /// <summary>A model is believed as far as it comes so close.</summary>
    public const double Limit = 0.2;

    public double Ratio => Simulated / Measured;

    public bool IsClose => Math.Abs(Ratio - 1) <= Limit;
}
