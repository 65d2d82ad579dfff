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

    /// <summary>Partitions of a consumer, each of which stores by itself.</summary>
    const int Lanes = 4;

    /// <summary>A figure that the model gives for one that was measured.</summary>
    public static IEnumerable<Comparison> Compare(MeasuredRun run)
    {
        foreach (var (name, senders, way) in (IReadOnlyList<(string, int, Func<Demand, IReadOnlyList<Step>>)>)[("ingest_single", Scenario.Singles, Ingest), ("consume", InWork, Consume), ("deliver", InWork, Consume)])
        {
            var measured = run.Scenarios[name];
            var simulated = Network(run.Cores, measured, way).Close(senders, Events);
            yield return new Comparison(name, "events/s", measured.EventsPerSecond, simulated.EventsPerSecond);
            if (measured.P50Milliseconds > 0)
            {
                yield return new Comparison(name, "p50 ms", measured.P50Milliseconds, simulated.P50Milliseconds);
            }
        }

        var latency = run.Scenarios["latency"];
        var open = Network(run.Cores, latency, d => [.. Ingest(d.Half()), .. Consume(d.Half())]).Pace(OpenLoad.EventsPerSecond, Events);
        yield return new Comparison("latency", "events/s", latency.EventsPerSecond, open.EventsPerSecond);
        yield return new Comparison("latency", "p50 ms", latency.P50Milliseconds, open.P50Milliseconds);
    }

    /// <summary>From a sender over the gateway and its rows to the broker.</summary>
    static IReadOnlyList<Step> Ingest(Demand demand) => [new(0, demand.Load), new(0, demand.Service), new(0, demand.Database, 1), new(0, demand.Broker, 1)];

    /// <summary>From the broker over the consumer and its rows to a receiver.</summary>
    static IReadOnlyList<Step> Consume(Demand demand) => [new(0, demand.Broker, Lanes), new(0, demand.Service), new(0, demand.Database, Lanes), new(0, demand.Load)];

    static QueueingNetwork Network(int cores, MeasuredScenario measured, Func<Demand, IReadOnlyList<Step>> way)
    {
        var slower = 1 / (1 - Math.Min(0.9, measured.OthersCpu));
        return new QueueingNetwork([cores], [.. way(measured.Demand).Where(s => s.Seconds > 0).Select(s => s with { Seconds = s.Seconds * slower })]);
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
