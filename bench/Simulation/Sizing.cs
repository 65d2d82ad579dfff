namespace EventBus.Bench.Simulation;

/// <summary>What so many events a second need, from what an event costs and from what one queue and one database can do.</summary>
/// <param name="EventsPerSecond">Events that come in, each for the archive and for one consumer or endpoint.</param>
/// <param name="Gateway">Cores of gateways.</param>
/// <param name="Broker">Cores of brokers, with every copy of a quorum queue.</param>
/// <param name="Consumer">Cores of consumers.</param>
/// <param name="Database">Cores of PostgreSQL.</param>
/// <param name="Buses">Buses that share the tenants: each with a broker cluster, a database and an archive of its own.</param>
/// <param name="Gateways">Gateway hosts, of all buses.</param>
/// <param name="Partitions">Partitions of the consumer, in each bus.</param>
/// <param name="Consumers">Consumer hosts, of all buses.</param>
/// <param name="BrokerNodes">Broker nodes, of all buses.</param>
/// <param name="RowsPerSecond">Rows written, of all databases.</param>
sealed record Sizing(
    double EventsPerSecond, double Gateway, double Broker, double Consumer, double Database, int Buses, int Gateways, int Partitions, int Consumers, int BrokerNodes, double RowsPerSecond)
{
    /// <summary>Cores of a host.</summary>
    public const int HostCores = 8;

    /// <summary>How busy a core may be: beyond that what waits grows fast.</summary>
    public const double Busy = 0.6;

    /// <summary>Copies of a quorum queue; each costs about what one costs on the single node that was measured.</summary>
    public const int Copies = 3;

    /// <summary>A quorum queue is one process of the broker on one core; the archive's has every event of a bus. Measured: 34,000 confirmed publishes a second into an idle one.</summary>
    public const double QueueLimit = 20_000;

    /// <summary>What a database of 32 cores with a good disk is trusted with.</summary>
    public const int DatabaseCores = 32;

    /// <summary>An event has a row in the archive, a record of its id, a row for the consumer, one for the endpoint, one for the attempt.</summary>
    public const int RowsPerEvent = 5;

    /// <summary>Most partitions that a consumer can have.</summary>
    public const int MaxPartitions = 64;

    /// <summary>Fewest hosts of a kind, so that one may fail.</summary>
    const int Two = 2;

    /// <param name="rate">Events a second.</param>
    /// <param name="run">What an event costs.</param>
    public static Sizing Of(double rate, MeasuredRun run)
    {
        var (all, gateway) = (run.FullLoad, run.Scenarios["ingest_single"].Demand.Service);
        var (broker, consumer, database) = (all.Broker * Copies, all.Service - gateway, all.Database);

        // One active consumer works on a partition, so it has about one core at a time.
        var partitionLimit = Busy / run.Scenarios["deliver"].Demand.Service;
        var busLimit = new[] { QueueLimit * Busy, DatabaseCores * Busy / database, partitionLimit * MaxPartitions }.Min();
        var buses = (int)Math.Ceiling(rate / busLimit);
        var perBus = rate / buses;
        return new Sizing(
            rate, rate * gateway, rate * broker, rate * consumer, rate * database, buses, buses * Hosts(perBus * gateway), Math.Max(4, (int)Math.Ceiling(perBus / partitionLimit)),
            buses * Hosts(perBus * consumer), buses * Math.Max(Copies, (int)Math.Ceiling(perBus * broker / (HostCores * Busy))), rate * RowsPerEvent);
    }

    static int Hosts(double cores) => Math.Max(Two, (int)Math.Ceiling(cores / (HostCores * Busy)));
}
