using System.Text.Json;
using EventBus.Bench.Load;
using EventBus.Bench.Measuring;
using EventBus.Bench.Servers;

namespace EventBus.Bench.Scenarios;

/// <summary>The whole way, from a request to the webhook's receiver, at a fixed rate; timed from when each event was to be sent.</summary>
sealed class LatencySide : ISide
{
    static readonly TimeSpan FirstLoad = TimeSpan.FromSeconds(0.2);

    readonly Child _server;
    readonly Child _webhooks;
    readonly Child _receiver;
    readonly BenchQueues _queues;
    readonly OpenLoad _load;
    Arrived _before = new(0, 0);

    LatencySide(Child server, Child webhooks, Child receiver, BenchQueues queues, OpenLoad load)
    {
        _server = server;
        _webhooks = webhooks;
        _receiver = receiver;
        _queues = queues;
        _load = load;
    }

    public IReadOnlyList<Child> Measured => [_server, _webhooks];

    public IReadOnlyList<Child> Helpers => [_receiver];

    public static async Task<ISide> StartAsync(Bed bed, Contender who, CancellationToken cancellationToken)
    {
        var settings = await bed.CreateSettingsAsync(cancellationToken);
        var queues = await BenchQueues.ConnectAsync(settings.Broker);
        await queues.DeclareArchiveAsync();
        await queues.DeclareConsumerAsync(BenchEndpoint.Consumer);
        var receiver = await bed.StartAsync(Roles.Receiver, [], cancellationToken);
        var environment = who == Contender.Ours ? settings.ToOurs() : settings.ToTwin();
        var webhooks = await bed.StartAsync(who == Contender.Ours ? Roles.Webhooks : Roles.WebhooksTwin, environment.Concat(BenchEndpoint.ToEnvironment(receiver.Address)), cancellationToken);
        var server = await bed.StartAsync(who == Contender.Ours ? Roles.Gateway : Roles.HttpTwin, environment, cancellationToken);
        var side = new LatencySide(server, webhooks, receiver, queues, new OpenLoad(new Uri(server.Address), settings.Key, new Subjects(), OpenLoad.EventsPerSecond));

        // The first event makes connections, and lanes begin a moment after the start.
        await side.SettleAsync(await side.RunAsync(FirstLoad, cancellationToken), cancellationToken);
        return side;
    }

    public async Task<Outcome> RunAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        var outcome = await _load.RunAsync(duration);
        await Arrivals.UntilAsync(_receiver, _before.Events + outcome.Events, cancellationToken);
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
            Lost = Math.Max(outcome.Events - (arrived.Events - before.Events), await _queues.MissingAsync(outcome.Events)),
            OutOfOrder = arrived.OutOfOrder - before.OutOfOrder,
        };
    }

    public async ValueTask DisposeAsync()
    {
        _load.Dispose();
        await _server.DisposeAsync();
        await _webhooks.DisposeAsync();
        await _receiver.DisposeAsync();
        await _queues.DisposeAsync();
    }
}
