using EventBus.Bench.Load;
using EventBus.Bench.Measuring;
using EventBus.Bench.Servers;

namespace EventBus.Bench.Scenarios;

/// <summary>A server that takes events over HTTP, and the place where it puts them.</summary>
sealed class HttpSide : ISide
{
    readonly Child _server;
    readonly ILanding _landing;
    readonly HttpLoad _load;

    HttpSide(Child server, ILanding landing, HttpLoad load)
    {
        _server = server;
        _landing = landing;
        _load = load;
    }

    public IReadOnlyList<Child> Measured => [_server];

    /// <summary>A gateway before the broker.</summary>
    /// <param name="bed">Where it runs.</param>
    /// <param name="who">Ours or the twin.</param>
    /// <param name="connections">How many connections send.</param>
    /// <param name="bodies">What each of them sends, one after the other; given the sender's key.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<ISide> StartAsync(Bed bed, Contender who, int connections, Func<string, IReadOnlyList<EventBody>> bodies, CancellationToken cancellationToken)
    {
        var settings = await bed.CreateSettingsAsync(cancellationToken);
        var queues = await BenchQueues.ConnectAsync(settings.Broker);
        await queues.DeclareCopiesAsync();
        var server = await (who == Contender.Ours
            ? bed.StartAsync(Roles.Gateway, settings.ToOurs(), cancellationToken)
            : bed.StartAsync(Roles.HttpTwin, settings.ToTwin(), cancellationToken));
        return new HttpSide(server, queues, Load(server, settings, connections, bodies));
    }

    /// <summary>Everything in one process, with SQLite.</summary>
    public static async Task<ISide> StartEmbeddedAsync(Bed bed, Contender who, int connections, Func<string, IReadOnlyList<EventBody>> bodies, CancellationToken cancellationToken)
    {
        var settings = await bed.CreateSettingsAsync(cancellationToken);
        var log = await EmbeddedLog.CreateAsync(EmbeddedFile.In(settings.Folder), cancellationToken);
        var server = await (who == Contender.Ours
            ? bed.StartAsync(Roles.Standalone, settings.ToStandalone(), cancellationToken)
            : bed.StartAsync(Roles.EmbeddedTwin, settings.ToTwin(), cancellationToken));
        return new HttpSide(server, log, Load(server, settings, connections, bodies));
    }

    public Task<Outcome> RunAsync(TimeSpan duration, CancellationToken cancellationToken) => _load.RunAsync(duration);

    public async Task<Outcome> SettleAsync(Outcome outcome, CancellationToken cancellationToken) => outcome with { Lost = await _landing.MissingAsync(outcome.Events) };

    public async ValueTask DisposeAsync()
    {
        _load.Dispose();
        await _server.DisposeAsync();
        await _landing.DisposeAsync();
    }

    static HttpLoad Load(Child server, ChildSettings settings, int connections, Func<string, IReadOnlyList<EventBody>> bodies) =>
        new(new Uri(server.Address), settings.Key, [.. Enumerable.Range(0, connections).Select(_ => bodies(settings.Key))]);
}
