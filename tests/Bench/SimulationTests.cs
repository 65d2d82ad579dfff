using EventBus.Bench.Simulation;

namespace EventBus.Tests.Bench;

/// <summary>The simulation gives what is known of queues by formula (Kleinrock, Queueing Systems I, 3.2), and sizes that grow with the rate.</summary>
public sealed class SimulationTests
{
    const int Events = 400_000;
    const double Service = 0.001;

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.8)]
    public void One_server_and_random_arrivals_take_as_long_as_the_formula_says(double busy)
    {
        var simulated = new QueueingNetwork(1, [new Step(Service)]).Open(busy / Service, Events);

        // The time in an M/M/1 queue is exponential around S / (1 - rho).
        var mean = Service / (1 - busy) * 1000;
        Near(busy / Service, simulated.EventsPerSecond);
        Near(mean * Math.Log(2), simulated.P50Milliseconds);
        Near(mean * Math.Log(100), simulated.P99Milliseconds);
    }

    [Fact]
    public void Senders_that_wait_keep_both_cores_busy_and_share_them()
    {
        var simulated = new QueueingNetwork(2, [new Step(Service / 2), new Step(Service / 2)]).Close(100, Events);

        Near(2 / Service, simulated.EventsPerSecond);
        Near(100 / simulated.EventsPerSecond * 1000, simulated.P50Milliseconds);
    }

    [Fact]
    public void The_same_seed_gives_the_same_figures()
    {
        static Simulated Run() => new QueueingNetwork(2, [new Step(Service, Service / 2), new Step(Service)]).Open(1000, 1000);

        Assert.Equal(Run(), Run());
    }

    [Fact]
    public void Events_that_wait_for_the_same_are_done_together()
    {
        var simulated = new QueueingNetwork(1, [new Step(Service, 0)]).Open(4 / Service, Events);

        // What alone would be four times too much is done: while one batch is, four come at the mean; after one of five batches none has, and the next one is alone.
        Near(4 / Service, simulated.EventsPerSecond);
        Near(Service / 4.2, simulated.CpuSeconds);
    }

    [Fact]
    public void A_further_event_takes_as_long_as_is_said()
    {
        var together = new QueueingNetwork(1, [new Step(Service, Service)]).Open(0.8 / Service, Events);

        // No time is saved, so the core is as busy as if each were done alone.
        Near(Service, together.CpuSeconds);
    }

    [Fact]
    public void More_events_a_second_need_more_of_everything_and_at_a_million_several_buses()
    {
        var demand = new Demand(0.0002, 0.0002, 0.0001, 0.0001);
        var run = new MeasuredRun(2, new Dictionary<string, MeasuredScenario>(StringComparer.Ordinal)
        {
            ["ingest_single"] = new(demand, 0, 0, 0, 0), ["consume"] = new(demand, 0, 0, 0, 0), ["deliver"] = new(demand, 0, 0, 0, 0),
        });
        var (small, large) = (Sizing.Of(100, run), Sizing.Of(1_000_000, run));

        Assert.Equal((1, 4, 2, 3), (small.Buses, small.Partitions, small.Gateways, small.BrokerNodes));
        Assert.True(large.Buses > 10);
        Assert.InRange(large.Partitions, small.Partitions, Sizing.MaxPartitions);
        Assert.Equal(1_000_000 * demand.Service, large.Gateway, 6);
        Assert.True(large.Gateways * Sizing.HostCores * Sizing.Busy >= large.Gateway);
    }

    static void Near(double expected, double actual) => Assert.InRange(actual, expected * 0.95, expected * 1.05);
}
