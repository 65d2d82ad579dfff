using System.Text.Json;
using EventBus.Bench.Load;
using EventBus.Bench.Measuring;
using EventBus.Bench.Scenarios;
using EventBus.Bench.Servers;
using EventBus.Publisher.Topology;

namespace EventBus.Bench.Scale;

/// <summary>The whole way of an event, with everything that takes part in it: gateway, broker, the service Webhooks, a receiver, the archive with all that counts, PostgreSQL.</summary>
sealed class SystemSide : ISide
{
    /// <summary>Few enough for ten subjects.</summary>
    const int Connections = 10;

    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    readonly Child[] _services;
    readonly Child _receiver;
    readonly BenchQueues _queues;
    readonly SystemRows _rows;
    readonly SubjectLoad _load;
    Arrived _before = new(0, 0);

    SystemSide(Child[] services, Child receiver, BenchQueues queues, SystemRows rows, SubjectLoad load)
    {
        _services = services;
        _receiver = receiver;
        _queues = queues;
        _rows = rows;
        _load = load;
    }

    public IReadOnlyList<Child> Measured => _services;

    public IReadOnlyList<Child> Helpers => [_receiver];

    /// <summary>Fills what is to be there, starts the processes, and sends an event of each subject.</summary>
    public static async Task<SystemSide> StartAsync(Bed bed, Shape shape, CancellationToken cancellationToken)
    {
        var settings = await bed.CreateSettingsAsync(cancellationToken);
        var receiver = await bed.StartAsync(Roles.Receiver, [], cancellationToken);
        var rows = new SystemRows(settings.ConnectionString);
        await rows.FillAsync(shape, receiver.Address, cancellationToken);
        var queues = await BenchQueues.ConnectAsync(settings.Broker);
        await queues.DeclareArchiveAsync();
        if (shape.Queued is { } queued)
        {
            await queues.DeclareConsumerAsync(BenchTopology.Consumer);
            await using var publisher = await RawPublisher.ConnectAsync(settings.Broker);
            await new QueueFill(publisher, TopologyNames.PartitionExchange(BenchTopology.Consumer)).RunAsync(queued);
        }

        KeyValuePair<string, string>[] environment = [.. settings.ToOurs(), .. BenchEndpoint.ToEnvironment(receiver.Address), .. Lasting, new("EventBus__Gateway__UnknownTypes", "accept")];
        Child[] services =
        [
            await bed.StartAsync(Roles.Archive, environment, cancellationToken),
            await bed.StartAsync(Roles.Webhooks, environment, cancellationToken),
            await bed.StartAsync(Roles.Gateway, environment, cancellationToken),
        ];
        await rows.UntilAskedAsync(shape.Endpoints, cancellationToken);
        var bodies = Enumerable.Range(0, shape.Subjects).Select(s => EventBody.Single(shape.Types == 1 ? SampleEvent.Type : $"canvas.appointment.kind_{s % shape.Types}", shape.Padding));
        var side = new SystemSide(services, receiver, queues, rows, new SubjectLoad(new Uri(services[^1].Address), settings.Key, new Subjects([.. bodies]), Connections));
        await rows.BeginAsync(cancellationToken);
        var visited = await side._load.VisitAsync();
        await side.UntilDoneAsync(visited, TimeSpan.FromMinutes(30), cancellationToken);
        var first = await side.SettleAsync(new Outcome(visited, 0, 1), cancellationToken);
        return first is { Lost: 0, OutOfOrder: 0 } ? side : throw new BenchException($"{first.Lost} of {first.Events} events were lost, and {first.OutOfOrder} came out of order.");
    }

    public Task PrepareAsync(TimeSpan duration, CancellationToken cancellationToken) => _rows.BeginAsync(cancellationToken);

    public async Task<Outcome> RunAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        var outcome = await _load.RunAsync(duration);
        await UntilDoneAsync(outcome.Events, Arrivals.Patience, cancellationToken);
        return outcome;
    }

    public async Task<Outcome> SettleAsync(Outcome outcome, CancellationToken cancellationToken)
    {
        var (arrived, before) = (await Arrivals.ReadAsync(_receiver, cancellationToken), _before);
        _before = arrived;
        var times = new Percentiles(JsonSerializer.Deserialize<long[]>(await _receiver.AskAsync(ReceiverServer.Times, cancellationToken))!);
        return outcome with
        {
            P50Milliseconds = times.At(0.50),
            P95Milliseconds = times.At(0.95),
            P99Milliseconds = times.At(0.99),
            Lost = Math.Max(outcome.Events - (arrived.Events - before.Events), await _rows.MissingAsync(outcome.Events, cancellationToken)),
            OutOfOrder = arrived.OutOfOrder - before.OutOfOrder,
        };
    }

    public async ValueTask DisposeAsync()
    {
        _load.Dispose();
        foreach (var service in _services.Reverse())
        {
            await service.DisposeAsync();
        }

        await _receiver.DisposeAsync();
        await _queues.DisposeAsync();
        await _rows.DisposeAsync();
    }

    /// <summary>A history of months must not be deleted meanwhile.</summary>
    static IEnumerable<KeyValuePair<string, string>> Lasting =>
        ((string[])["Archive", "Outcomes", "Operations"]).Select(what => new KeyValuePair<string, string>($"EventBus__Retention__{what}", "3000.00:00:00"));

    /// <summary>Waits until the receiver has so many more events, each has its outcome, and the archive has them; or nothing comes any more.</summary>
    async Task UntilDoneAsync(long events, TimeSpan patience, CancellationToken cancellationToken)
    {
        await Arrivals.UntilAsync(_receiver, _before.Events + events, cancellationToken, patience);
        var start = TimeProvider.System.GetTimestamp();
        while (!await _rows.AreDoneAsync(events, cancellationToken) && TimeProvider.System.GetElapsedTime(start) < Arrivals.Patience)
        {
            await Task.Delay(Look, cancellationToken);
        }
    }
}
