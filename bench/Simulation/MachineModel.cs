using EventBus.Bench.Load;
using EventBus.Bench.Scenarios;

namespace EventBus.Bench.Simulation;

/// <summary>
/// The machine that everything shares: gateway, broker, database, consumer, receiver and load take turns on its cores. What other processes took makes each step longer.
/// </summary>
static class MachineModel
{
    const int Events = 200_000;

    /// <summary>An event counts as in work until its own outcome is written: a partition takes so many ahead.</summary>
    const int InWork = 4 * 200;

    /// <summary>How often the time of a step alone is drawn nearer to what gives the CPU that was measured; after so many it is within a hundredth.</summary>
    const int Draws = 8;

    /// <summary>A figure that the model gives for one that was measured.</summary>
    public static IEnumerable<Comparison> Compare(MeasuredRun run)
    {
        foreach (var (name, senders) in (IReadOnlyList<(string, int)>)[("ingest_single", Scenario.Singles), ("consume", InWork), ("deliver", InWork)])
        {
            var measured = run.Scenarios[name];
            var simulated = new QueueingNetwork(run.Cores, [.. Steps(measured, measured.Demand).Select(s => new Step(s))]).Close(senders, Events);
            yield return new Comparison(name, "events/s", measured.EventsPerSecond, simulated.EventsPerSecond);
            if (measured.P50Milliseconds > 0)
            {
                yield return new Comparison(name, "p50 ms", measured.P50Milliseconds, simulated.P50Milliseconds);
            }
        }

        var latency = run.Scenarios["latency"];

        var open = Open(run, latency);
        yield return new Comparison("latency", "events/s", latency.EventsPerSecond, open.EventsPerSecond);
        yield return new Comparison("latency", "p50 ms", latency.P50Milliseconds, open.P50Milliseconds);
    }

    /// <summary>
    /// Events that come whatever becomes of those before. Due one every so often, they come in bunches: a timer of a millisecond and more wakes who sends them, on cores that
    /// are busy. What waits for the same step is done together, a further event in the time that it takes at full load; and one alone in so much more than was measured at
    /// the mean that the mean comes out.
    /// </summary>
    static Simulated Open(MeasuredRun run, MeasuredScenario measured)
    {
        var (mean, further) = (Steps(measured, measured.Demand), Steps(measured, run.FullLoad));
        var longer = 1.0;
        for (var draw = 1; ; draw++)
        {
            var simulated = new QueueingNetwork(run.Cores, [.. mean.Zip(further, (m, f) => new Step(m * longer, f))]).Open(OpenLoad.EventsPerSecond, Events);
            if (draw == Draws)
            {
                return simulated;
            }

            longer *= mean.Sum() / simulated.CpuSeconds;
        }
    }

    /// <summary>An event's way, in seconds.</summary>
    static IReadOnlyList<double> Steps(MeasuredScenario measured, Demand demand)
    {
        var (slower, half) = (1 / (1 - Math.Min(0.9, measured.OthersCpu)), demand.Load / 2);
        return [half * slower, demand.Service * slower, demand.Database * slower, demand.Broker * slower, half * slower];
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
