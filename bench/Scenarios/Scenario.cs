using EventBus.Bench.Load;
using EventBus.Bench.Measuring;

namespace EventBus.Bench.Scenarios;

/// <summary>One kind of load, for us and for the twin.</summary>
/// <param name="Name">As in the table.</param>
/// <param name="Load">In words.</param>
/// <param name="Target">What ours is to be, as a multiple of the twin's figure.</param>
/// <param name="StartAsync">Starts one side.</param>
sealed record Scenario(string Name, string Load, double Target, Func<Bed, Contender, CancellationToken, Task<ISide>> StartAsync)
{
    const int Singles = 256;
    const int Batches = 8;
    const int BatchSize = 100;

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("ingest_single", $"POST /v1/events, {Singles} connections, one event a request", 0.90, (bed, who, token) =>
            HttpSide.StartAsync(bed, who, [.. Enumerable.Range(0, Singles).Select(_ => EventBody.Single())], token)),
        new("ingest_batch", $"POST /v1/events, {Batches} connections, {BatchSize} events a request", 0.90, (bed, who, token) =>
            HttpSide.StartAsync(bed, who, [.. Enumerable.Range(0, Batches).Select(_ => EventBody.Batch(BatchSize))], token)),
        new("publish", $"IEventPublisher, {PublishLoad.InFlight} in flight", 0.90, PublishSide.StartAsync),
        new("consume", $"a consumer of the kit, {BenchTopology.Partitions} partitions, {Subjects.Count} subjects in order", 0.80, DrainSide.StartConsumerAsync),
        new("deliver", $"signed webhooks, {BenchEndpoint.MaxConcurrency} at once, {Subjects.Count} subjects in order", 0.80, DrainSide.StartDeliveryAsync),
    ];

    /// <summary>Whether <see cref="Target"/> is the most that is allowed, instead of the least.</summary>
    public bool IsLatency { get; init; }

    /// <summary>What the sides are compared by.</summary>
    public double FigureOf(Round round) => IsLatency ? round.P99Milliseconds : round.EventsPerSecond;

    /// <summary>The same, to be read.</summary>
    public string Show(Round round) => IsLatency ? $"{round.P99Milliseconds:0.0} ms" : $"{round.EventsPerSecond:N0}/s";

    /// <summary>The target, in words.</summary>
    public string Goal => IsLatency ? $"p99 at most {Target:0.0#} times the twin's" : $"at least {Target:0.00} of the twin";
}
