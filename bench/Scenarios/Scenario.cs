using EventBus.Bench.Load;
using EventBus.Bench.Measuring;
using EventBus.Contracts;

namespace EventBus.Bench.Scenarios;

/// <summary>One kind of load, for us and for the twin.</summary>
/// <param name="Name">As in the table.</param>
/// <param name="Load">In words.</param>
/// <param name="Target">What ours is to be, as a multiple of the twin's figure.</param>
/// <param name="StartAsync">Starts one side.</param>
sealed record Scenario(string Name, string Load, double Target, Func<Bed, Contender, CancellationToken, Task<ISide>> StartAsync)
{
    /// <summary>Connections that send one event a request each.</summary>
    public const int Singles = 256;

    const int Batches = 8;
    const int BatchSize = 100;

    /// <summary>No consumer of Standalone asks for it, so that taking events is all that is measured.</summary>
    const string UnaskedType = EventTypes.Canvas.TaskCreated;

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("ingest_single", $"POST /v1/events, {Singles} connections, one event a request", 0.90, (bed, who, token) =>
            HttpSide.StartAsync(bed, who, Singles, _ => [EventBody.Single()], token)),
        new("ingest_batch", $"POST /v1/events, {Batches} connections, {BatchSize} events a request", 0.90, (bed, who, token) =>
            HttpSide.StartAsync(bed, who, Batches, _ => [EventBody.Batch(BatchSize)], token)),
        new("ingest_native", $"POST /v1/canvas, /v1/careportals, /v1/smartflowsheet in turn, {Singles} connections", 0.80, (bed, who, token) =>
            HttpSide.StartAsync(bed, who, Singles, NativeBodies.Create, token)),
        new("publish", $"IEventPublisher, {PublishLoad.InFlight} in flight", 0.90, PublishSide.StartAsync),
        new("consume", $"a consumer of the kit, {BenchTopology.Partitions} partitions, {Subjects.Count} subjects in order", 0.80, DrainSide.StartConsumerAsync),
        new("deliver", $"signed webhooks, {BenchEndpoint.MaxConcurrency} at once, {Subjects.Count} subjects in order", 0.80, DrainSide.StartDeliveryAsync),
        new("latency", $"POST /v1/events until a webhook's receiver has it, {OpenLoad.EventsPerSecond} a second", 1.5, LatencySide.StartAsync) { IsLatency = true },
        new("embedded", $"Standalone on SQLite, POST /v1/events, {Singles} connections", 0.80, (bed, who, token) =>
            HttpSide.StartEmbeddedAsync(bed, who, Singles, _ => [EventBody.Single(UnaskedType)], token)),
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
