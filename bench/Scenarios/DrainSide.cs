using System.Diagnostics;
using EventBus.Bench.Load;
using EventBus.Bench.Measuring;
using EventBus.Bench.Servers;

namespace EventBus.Bench.Scenarios;

/// <summary>
/// A process that takes events from its queues. The queues are filled while it is frozen, so that it neither starts cold nor shares the machine with the filling; then it
/// is timed until every event has come to its end and has its outcome in the database.
/// </summary>
sealed class DrainSide : ISide
{
    const int FirstFill = 2000;

    /// <summary>The process is frozen meanwhile: its lanes are its own for some seconds only.</summary>
    static readonly TimeSpan FillLimit = TimeSpan.FromSeconds(4);

    readonly Child _service;
    readonly Child _counter;
    readonly BenchQueues _queues;
    readonly RawPublisher _publisher;
    readonly QueueFill _fill;
    readonly DeliveryRows _rows;
    double _rate;
    int _filled;
    Arrived _before = new(0, 0);

    DrainSide(Child service, Child counter, BenchQueues queues, RawPublisher publisher, DeliveryRows rows)
    {
        _service = service;
        _counter = counter;
        _queues = queues;
        _publisher = publisher;
        _fill = new QueueFill(publisher);
        _rows = rows;
    }

    public IReadOnlyList<Child> Measured => [_service];

    public IReadOnlyList<Child> Helpers => _counter == _service ? [] : [_counter];

    /// <summary>A consumer of the kit, which counts by itself.</summary>
    public static Task<ISide> StartConsumerAsync(Bed bed, Contender who, CancellationToken cancellationToken) =>
        StartAsync(bed, BenchTopology.Consumer, "", null, who == Contender.Ours ? Roles.Consumer : Roles.ConsumerTwin, who, cancellationToken);

    /// <summary>What brings events to a webhook; the receiver counts.</summary>
    public static async Task<ISide> StartDeliveryAsync(Bed bed, Contender who, CancellationToken cancellationToken) => await StartAsync(
        bed, BenchEndpoint.Consumer, BenchEndpoint.Name, await bed.StartAsync(Roles.Receiver, [], cancellationToken), who == Contender.Ours ? Roles.Webhooks : Roles.WebhooksTwin, who,
        cancellationToken);

    static async Task<ISide> StartAsync(Bed bed, string consumer, string endpoint, Child? receiver, string role, Contender who, CancellationToken cancellationToken)
    {
        var settings = await bed.CreateSettingsAsync(cancellationToken);
        var queues = await BenchQueues.ConnectAsync(settings.Broker);
        await queues.DeclareConsumerAsync(consumer);
        var environment = who == Contender.Ours ? settings.ToOurs() : settings.ToTwin();
        var service = await bed.StartAsync(role, receiver is null ? environment : environment.Concat(BenchEndpoint.ToEnvironment(receiver.Address)), cancellationToken);
        var side = new DrainSide(service, receiver ?? service, queues, await RawPublisher.ConnectAsync(settings.Broker), new DeliveryRows(settings.ConnectionString, endpoint));

        // Says how fast it is, so that a measurement takes as long as it is to.
        await side.FillAsync(FirstFill);
        var first = await side.SettleAsync(await side.RunAsync(TimeSpan.Zero, cancellationToken), cancellationToken);
        return first is { Lost: 0, OutOfOrder: 0 } ? side : throw new BenchException($"The process {role} lost {first.Lost} of {first.Events} events, and {first.OutOfOrder} came out of order.");
    }

    public Task PrepareAsync(TimeSpan duration, CancellationToken cancellationToken) => FillAsync((int)(_rate * duration.TotalSeconds));

    public async Task<Outcome> RunAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        await _service.ThawAsync();
        await Arrivals.UntilAsync(_counter, _before.Events + _filled, cancellationToken);
        var arrived = Stopwatch.GetTimestamp();
        while (await _rows.AnyWaitingAsync(cancellationToken) && Stopwatch.GetElapsedTime(arrived) < Arrivals.Patience)
        {
            await Task.Delay(Arrivals.Look, cancellationToken);
        }

        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        _rate = _filled / seconds;
        return new Outcome((await Arrivals.ReadAsync(_counter, cancellationToken)).Events - _before.Events, 0, seconds);
    }

    /// <summary>Whatever came late, or twice, is seen now.</summary>
    public async Task<Outcome> SettleAsync(Outcome outcome, CancellationToken cancellationToken)
    {
        var arrived = await Arrivals.ReadAsync(_counter, cancellationToken);
        var result = outcome with
        {
            Lost = Math.Max(_filled - (arrived.Events - _before.Events), _filled - await _rows.ClearAsync(cancellationToken)),
            OutOfOrder = arrived.OutOfOrder - _before.OutOfOrder,
        };
        _before = arrived;
        return result;
    }

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        await _counter.DisposeAsync();
        await _publisher.DisposeAsync();
        await _queues.DisposeAsync();
        await _rows.DisposeAsync();
    }

    async Task FillAsync(int events)
    {
        await _service.FreezeAsync();
        _filled = await _fill.RunAsync(events, FillLimit);
    }
}
