using EventBus.Bench.Load;
using EventBus.Bench.Servers;

namespace EventBus.Bench.Measuring;

/// <summary>One kind of load, for us and for the twin.</summary>
/// <param name="Name">As in the table.</param>
/// <param name="OurRole">The process that is measured.</param>
/// <param name="TwinRole">The process beside it.</param>
/// <param name="Connections">How many connections send; 0 where the process itself is what sends.</param>
/// <param name="Batch">Events a request.</param>
sealed record Scenario(string Name, string OurRole, string TwinRole, int Connections, int Batch)
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("ingest_single", Roles.Gateway, Roles.HttpTwin, Connections: 256, Batch: 1),
        new("ingest_batch", Roles.Gateway, Roles.HttpTwin, Connections: 8, Batch: 100),
        new("publish", Roles.Publisher, Roles.PublisherTwin, Connections: 0, Batch: 1),
    ];

    public string Describe() => Connections == 0 ? $"{PublishLoad.InFlight} in flight"
        : Batch == 1 ? $"{Connections} connections, one event a request"
        : $"{Connections} connections, {Batch} events a request";
}
