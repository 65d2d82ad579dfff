using EventBus.TestServices;
using EventBus.Tests.Fixtures;

namespace EventBus.Tests.Faults;

/// <summary>What is broken: a broker, a database, two gateways, two instances of a consumer, the archive; the full one has a broker of three nodes, and two of every consumer.</summary>
sealed class Bed : IAsyncDisposable
{
    readonly List<RabbitMqServer> _nodes = [];
    readonly List<FaultyHost> _gateways = [];
    readonly List<FaultyHost> _others = [];
    readonly bool _full;
    PostgresServer _postgres = null!;

    Bed(bool full) => _full = full;

    public string Database { get; private set; } = "";

    /// <summary>The last lines of each program.</summary>
    public string Output => string.Join("\n=====\n", _gateways.Concat(_others).Select(h => h.Output));

    public static async Task<Bed> StartAsync(bool full, (string, string)[] endpoint)
    {
        var bed = new Bed(full);
        bed._nodes.Add(await RabbitMqServer.StartAsync(TestContext.Current.CancellationToken));
        while (full && bed._nodes.Count < 3)
        {
            bed._nodes.Add(await bed._nodes[0].StartAnotherAsync(TestContext.Current.CancellationToken));
        }

        bed._postgres = await PostgresServer.StartAsync(TestContext.Current.CancellationToken);
        bed.Database = await bed._postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        (string, string)[] settings =
        [
            ("EventBus__RabbitMq__Host", bed._nodes[0].AmqpUri), ("EventBus__Storage", "postgres"), ("EventBus__Postgres__ConnectionString", bed.Database), .. endpoint,
            .. bed._nodes.Skip(1).Select((n, i) => ($"EventBus__RabbitMq__Nodes__{i}", $"{n.Host}:{n.Port}")),
        ];
        string[] consumers = full ? ["Webhooks", "Appointments", "CommandLifecycle", "Treatments"] : ["Webhooks"];
        bed._others.AddRange(consumers.Concat(consumers).Append("Archive").Select(c => new FaultyHost($"EventBus.Consumers.{c}", settings)));
        bed._gateways.Add(new FaultyHost("EventBus.Gateway", [.. settings, ("EventBus__Gateway__Name", "one")], ["--urls", "http://127.0.0.1:0"]));
        bed._gateways.Add(new FaultyHost("EventBus.Gateway", [.. settings, ("EventBus__Gateway__Name", "two")], ["--urls", "http://127.0.0.1:0"]));
        await Task.WhenAll(bed._others.Concat(bed._gateways).Select(h => h.StartAsync()));
        string[] queues = [.. consumers.Select(c => $"{(c == "CommandLifecycle" ? "command-lifecycle" : c.ToLowerInvariant())}.3"), "archive"];
        await Eventually.TrueAsync(async () => (await Task.WhenAll(queues.Select(bed.IsBoundAsync))).All(b => b), "the consumers' queues are bound");
        await Task.WhenAll(bed._nodes.Select(n => n.SyncAsync()));
        return bed;
    }

    /// <summary>The gateway that a subject is sent to: always the same, since order holds for each gateway.</summary>
    public string Url(int subject) => _gateways[subject % _gateways.Count].Url;

    /// <summary>Everything that is done to it, by name.</summary>
    public IReadOnlyList<(string Name, Func<Random, Task> Inject)> Faults(Load load, Sink sink) =>
    [
        ("a consumer is killed", random => Consumers[random.Next(Consumers.Count)].KillAndStartAsync()),
        ("a consumer is stopped", random => Consumers[random.Next(Consumers.Count)].StopAndStartAsync()),
        ("a gateway is stopped", random => _gateways[random.Next(2)].StopAndStartAsync()),
        ("a consumer is killed between delivery and acknowledgement", async _ =>
        {
            // Whichever of the two it is that delivers.
            var killed = new TaskCompletionSource();
            sink.BeforeAnswer = async () =>
            {
                await Task.WhenAll(_others[0].KillAsync(), _others[_others.Count / 2].KillAsync());
                killed.SetResult();
            };
            await killed.Task;
            await Task.WhenAll(_others[0].StartAsync(), _others[_others.Count / 2].StartAsync());
        }),
        ("a gateway is killed", random => _gateways[random.Next(2)].KillAndStartAsync()),
        ("the gateways are killed between confirm and answer", async _ =>
        {
            load.LosesAnswers = true;
            await Task.Delay(TimeSpan.FromMilliseconds(300));
            await Task.WhenAll(_gateways.Select(g => g.KillAsync()));
            load.LosesAnswers = false;
            await Task.WhenAll(_gateways.Select(g => g.StartAsync()));
        }),
        ("the archive is killed", _ => _others[^1].KillAndStartAsync()),
        ("every process is killed", _ => Task.WhenAll(_others.Concat(_gateways).Select(h => h.KillAndStartAsync()))),
        ("the receiver misbehaves", async _ =>
        {
            sink.Misbehaves = true;
            await Task.Delay(TimeSpan.FromSeconds(4));
            sink.Misbehaves = false;
        }),
        ("a broker node is paused", random => ForAWhileAsync(_nodes[random.Next(_nodes.Count)], n => n.PauseAsync(), n => n.ResumeAsync())),
        ("a broker node is killed", random => ForAWhileAsync(_nodes[random.Next(_nodes.Count)], n => n.StopAsync(), n => n.RestartAsync())),
        ("the whole broker is killed", async _ =>
        {
            await Task.WhenAll(_nodes.Select(n => n.StopAsync()));
            await Task.Delay(TimeSpan.FromSeconds(_full ? 60 : 2));
            await Task.WhenAll(_nodes.Select(n => n.RestartAsync()));
        }),
        ("the broker raises its memory alarm", random => ForAWhileAsync(_nodes[random.Next(_nodes.Count)], n => n.SetMemoryAlarmAsync(true), n => n.SetMemoryAlarmAsync(false))),
        ("the database is restarted", _ => _postgres.RestartAsync(TestContext.Current.CancellationToken)),
    ];

    List<FaultyHost> Consumers => _others[..^1];

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _gateways.Concat(_others))
        {
            await host.DisposeAsync();
        }

        await _postgres.DisposeAsync();
        foreach (var node in Enumerable.Reverse(_nodes))
        {
            await node.DisposeAsync();
        }
    }

    static async Task ForAWhileAsync(RabbitMqServer node, Func<RabbitMqServer, Task> begin, Func<RabbitMqServer, Task> end)
    {
        await begin(node);
        await Task.Delay(TimeSpan.FromSeconds(4));
        await end(node);
    }

    async Task<bool> IsBoundAsync(string queue)
    {
        using var response = await _nodes[0].Management.GetAsync(new Uri($"api/queues/%2f/{queue}/bindings", UriKind.Relative));
        return response.IsSuccessStatusCode && (await response.Content.ReadAsStringAsync()).Contains($"\"destination\":\"{queue}\"", StringComparison.Ordinal);
    }
}
