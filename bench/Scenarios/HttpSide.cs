using EventBus.Bench.Load;
using EventBus.Bench.Measuring;
using EventBus.Bench.Servers;

namespace EventBus.Bench.Scenarios;

/// <summary>A server that takes events over HTTP, and the queues that it puts them into.</summary>
sealed class HttpSide : ISide
{
    readonly Child _server;
    readonly BenchQueues _queues;
    readonly HttpLoad _load;

    HttpSide(Child server, BenchQueues queues, HttpLoad load)
    {
        _server = server;
        _queues = queues;
        _load = load;
    }

    public IReadOnlyList<Child> Measured => [_server];

    public static async Task<ISide> StartAsync(Bed bed, Contender who, IReadOnlyList<EventBody> bodies, CancellationToken cancellationToken)
    {
        var settings = await bed.CreateSettingsAsync(cancellationToken);
        var queues = await BenchQueues.ConnectAsync(settings.Broker);
        await queues.DeclareArchiveAsync();
        await queues.DeclareConsumerAsync(BenchTopology.Consumer);
        var server = await (who == Contender.Ours
            ? bed.StartAsync(Roles.Gateway, settings.ToOurs(), cancellationToken)
            : bed.StartAsync(Roles.HttpTwin, settings.ToTwin(), cancellationToken));
        return new HttpSide(server, queues, new HttpLoad(new Uri(server.Address), settings.Key, bodies));
    }

    public Task<Outcome> RunAsync(TimeSpan duration, CancellationToken cancellationToken) => _load.RunAsync(duration);

    public async Task<Outcome> SettleAsync(Outcome outcome, CancellationToken cancellationToken) => outcome with { Lost = await _queues.EmptyAsync(outcome.Events) };

    public async ValueTask DisposeAsync()
    {
        _load.Dispose();
        await _server.DisposeAsync();
        await _queues.DisposeAsync();
    }
}
