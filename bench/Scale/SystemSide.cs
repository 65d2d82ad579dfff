using System.Text.Json;
using EventBus.Bench.Load;
using EventBus.Bench.Measuring;
using EventBus.Bench.Scenarios;
using EventBus.Bench.Servers;
using EventBus.Publisher.Topology;
using EventBus.TestServices;

namespace EventBus.Bench.Scale;

/// <summary>The whole way of an event, with everything that takes part in it: gateway, broker, the service Webhooks, a receiver, the archive with all that counts, PostgreSQL.</summary>
sealed class SystemSide : ISide
{
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    readonly Child[] _services;
    readonly BenchQueues _queues;
    readonly SystemRows _rows;
    readonly SubjectLoad _load;
    Arrived _before = new(0, 0);

    SystemSide(Child[] services, Child receiver, BenchQueues queues, SystemRows rows, Subjects subjects, string key, int connections)
    {
        (_services, Receiver, _queues, _rows, Subjects, Key) = (services, receiver, queues, rows, subjects, key);
        _load = new SubjectLoad(Gateway, key, subjects, connections);
    }

    /// <summary>Where the gateway listens.</summary>
    public Uri Gateway => new(_services[^1].Address);

    /// <summary>The sender's key.</summary>
    public string Key { get; }

    /// <summary>What is sent.</summary>
    public Subjects Subjects { get; }

    /// <summary>What the endpoint's deliveries come to.</summary>
    public Child Receiver { get; }

    public IReadOnlyList<Child> Measured => _services;

    public IReadOnlyList<Child> Helpers => [Receiver];

    /// <summary>The hosts, the gateway last.</summary>
    public IReadOnlyList<string> Hosts { get; private init; } = [];

    /// <summary>Fills what is to be there, starts the processes, and sends events, of each subject one where that is to be.</summary>
    public static async Task<SystemSide> StartAsync(Bed bed, SystemPlan plan, CancellationToken cancellationToken)
    {
        var shape = plan.Shape;
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

        KeyValuePair<string, string>[] environment =
        [
            .. settings.ToOurs(), .. BenchEndpoint.ToEnvironment(receiver.Address), .. Lasting, new("EventBus__Gateway__UnknownTypes", "accept"),
            new("EventBus__Console__Url", $"http://127.0.0.1:{FreePort.Next()}"), .. plan.Settings,
        ];
        string[] hosts = [Roles.Archive, Roles.Webhooks, .. plan.HasConsole ? (string[])[Roles.Console] : [], Roles.Gateway];
        var services = new List<Child>();
        foreach (var host in hosts)
        {
            services.Add(await bed.StartAsync(host, environment, cancellationToken));
        }

        await rows.UntilAskedAsync(shape.Endpoints, cancellationToken);
        var bodies = Enumerable.Range(0, shape.Subjects).Select(s => EventBody.Single(shape.Types == 1 ? SampleEvent.Type : $"canvas.appointment.kind_{s % shape.Types}", shape.Padding));
        var side = new SystemSide([.. services], receiver, queues, rows, new Subjects([.. bodies]), settings.Key, plan.Connections) { Hosts = hosts };
        await rows.BeginAsync(cancellationToken);
        var visited = await side._load.VisitAsync(shape.AreSubjectsKnown ? shape.Subjects : Math.Min(plan.Connections, shape.Subjects));
        await side.UntilDoneAsync(visited, TimeSpan.FromMinutes(30), cancellationToken);
        var first = await side.SettleAsync(new Outcome(visited, 0, 1), cancellationToken);
        return first is { Lost: 0, OutOfOrder: 0 } ? side : throw new BenchException($"{first.Lost} of {first.Events} events were lost, and {first.OutOfOrder} came out of order.");
    }

    public Task PrepareAsync(TimeSpan duration, CancellationToken cancellationToken) => _rows.BeginAsync(cancellationToken);

    public Task<Outcome> RunAsync(TimeSpan duration, CancellationToken cancellationToken) => RunAsync(() => _load.RunAsync(duration), cancellationToken);

    /// <summary>Sends in another way, and waits until every event has come to its end.</summary>
    public async Task<Outcome> RunAsync(Func<Task<Outcome>> load, CancellationToken cancellationToken)
    {
        var start = TimeProvider.System.GetTimestamp();
        var outcome = await load();
        await UntilDoneAsync(outcome.Events, Arrivals.Patience, cancellationToken);
        return outcome with { Seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds };
    }

    /// <summary>What each host has of memory.</summary>
    public async Task<IReadOnlyList<MemoryUse>> ReadMemoryAsync(CancellationToken cancellationToken)
    {
        var uses = new List<MemoryUse>();
        foreach (var (host, service) in Hosts.Zip(_services))
        {
            uses.Add(new MemoryUse(host, service.ResidentBytes, await service.HeapAsync(cancellationToken)));
        }

        return uses;
    }

    public async Task<Outcome> SettleAsync(Outcome outcome, CancellationToken cancellationToken)
    {
        var (arrived, before) = (await Arrivals.ReadAsync(Receiver, cancellationToken), _before);
        _before = arrived;
        var times = new Percentiles(JsonSerializer.Deserialize<long[]>(await Receiver.AskAsync(ReceiverServer.Times, cancellationToken))!);
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

        await Receiver.DisposeAsync();
        await _queues.DisposeAsync();
        await _rows.DisposeAsync();
    }

    /// <summary>A history of months must not be deleted meanwhile.</summary>
    static IEnumerable<KeyValuePair<string, string>> Lasting =>
        ((string[])["Archive", "Outcomes", "Operations"]).Select(what => new KeyValuePair<string, string>($"EventBus__Retention__{what}", "3000.00:00:00"));

    /// <summary>Waits until the receiver has so many more events, each has its outcome, and the archive has them; or nothing comes any more.</summary>
    async Task UntilDoneAsync(long events, TimeSpan patience, CancellationToken cancellationToken)
    {
        await Arrivals.UntilAsync(Receiver, _before.Events + events, cancellationToken, patience);
        var start = TimeProvider.System.GetTimestamp();
        while (!await _rows.AreDoneAsync(events, cancellationToken) && TimeProvider.System.GetElapsedTime(start) < Arrivals.Patience)
        {
            await Task.Delay(Look, cancellationToken);
        }
    }
}

/// <summary>What a host has of memory.</summary>
/// <param name="Host">The host.</param>
/// <param name="Resident">Bytes of its process.</param>
/// <param name="Heap">Bytes of its heap.</param>
sealed record MemoryUse(string Host, long Resident, long Heap);

/// <summary>How a system is started.</summary>
/// <param name="Shape">How large everything is.</param>
sealed record SystemPlan(Shape Shape)
{
    /// <summary>Senders at once; few enough for ten subjects.</summary>
    public int Connections { get; init; } = 10;

    /// <summary>Whether there is a Console.</summary>
    public bool HasConsole { get; init; }

    /// <summary>Settings of the hosts.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Settings { get; init; } = [];
}
