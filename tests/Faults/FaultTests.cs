using Dapper;
using EventBus.TestServices;
using EventBus.Tests.Fixtures;
using Npgsql;

namespace EventBus.Tests.Faults;

/// <summary>The real processes under steady load while things break: what was accepted arrives, in order per subject, and repetitions bear the same id.</summary>
public sealed class FaultTests
{
    const int Subjects = 12;

    [Fact]
    public async Task Two_instances_of_a_consumer_a_broker_and_a_database_break_in_turn_and_nothing_accepted_is_lost()
    {
        await using var broker = await RabbitMqServer.StartAsync(TestContext.Current.CancellationToken);
        await using var postgres = await PostgresServer.StartAsync(TestContext.Current.CancellationToken);
        var database = await postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        await using var sink = await Sink.StartAsync();
        (string, string)[] settings =
        [
            ("EventBus__RabbitMq__Host", broker.AmqpUri), ("EventBus__Storage", "postgres"), ("EventBus__Postgres__ConnectionString", database), .. Endpoint(sink),
        ];
        await using var gateways = new Hosts();
        var urls = new[] { await gateways.StartGatewayAsync(settings), await gateways.StartGatewayAsync(settings) };
        await using var consumers = new Hosts();
        consumers.Start("EventBus.Consumers.Webhooks", settings);
        consumers.Start("EventBus.Consumers.Webhooks", settings);
        await Eventually.TrueAsync(async () => await IsBoundAsync(broker), "the consumer's queues are bound");

        await using var load = new Load(subject => urls[subject % 2], Subjects);
        await GoOnAsync(load, sink);
        for (var round = 0; round < 3; round++)
        {
            await consumers.KillFirstAndStartAnotherAsync("EventBus.Consumers.Webhooks", settings);
            await GoOnAsync(load, sink);
        }

        sink.Misbehaves = true;
        await Task.Delay(TimeSpan.FromSeconds(4));
        sink.Misbehaves = false;
        await GoOnAsync(load, sink);

        await broker.PauseAsync();
        await Task.Delay(TimeSpan.FromSeconds(4));
        await broker.ResumeAsync();
        await GoOnAsync(load, sink);

        await broker.StopAsync();
        await Task.Delay(TimeSpan.FromSeconds(2));
        await broker.RestartAsync();
        await GoOnAsync(load, sink);

        await postgres.RestartAsync(TestContext.Current.CancellationToken);
        await GoOnAsync(load, sink);

        await consumers.KillAllAsync();
        consumers.Start("EventBus.Consumers.Webhooks", settings);
        await load.EndAsync();
        await ArrivedAsync(load, sink, gateways, consumers);
        await using var connection = new NpgsqlConnection(database);
        await Eventually.TrueAsync(async () => await connection.QuerySingleAsync<long>("SELECT count(*) FROM deliveries WHERE state = 0") == 0, "nothing waits");
        Assert.Equal(load.Accepted, await connection.QuerySingleAsync<long>("SELECT count(*) FROM deliveries WHERE endpoint = 'sink' AND state = 1"));
    }

    [Fact]
    public async Task Standalone_is_killed_again_and_again_and_nothing_accepted_is_lost()
    {
        await using var sink = await Sink.StartAsync();
        var directory = Directory.CreateTempSubdirectory("eventbus-standalone-");
        await using var hosts = new Hosts();
        var url = "http://127.0.0.1:1";
        await using var load = new Load(_ => Volatile.Read(ref url), Subjects);
        for (var round = 0; round < 4; round++)
        {
            var host = hosts.Start("EventBus.Standalone", Endpoint(sink), ["--urls", "http://127.0.0.1:0"], directory);
            Volatile.Write(ref url, await host.UrlAsync());
            await GoOnAsync(load, sink);
            sink.Misbehaves = round == 1;
            if (round == 3)
            {
                break;
            }

            await hosts.KillAllAsync();
            sink.Misbehaves = false;
        }

        await load.EndAsync();
        await ArrivedAsync(load, sink, hosts);
    }

    static (string, string)[] Endpoint(Sink sink) =>
    [
        ("EventBus__Endpoints__0__Name", "sink"), ("EventBus__Endpoints__0__Url", sink.Url.ToString()), ("EventBus__Endpoints__0__Events__0", "#"),
        ("EventBus__Endpoints__0__Timeout", "00:00:02"), ("EventBus__Delivery__CircuitPause", "00:00:00.500"),
        .. Enumerable.Range(0, 50).Select(i => ($"EventBus__Endpoints__0__RetrySchedule__{i}", "00:00:00.300")),
    ];

    /// <summary>Waits until more was accepted, and more arrived, than before.</summary>
    static async Task GoOnAsync(Load load, Sink sink)
    {
        var (accepted, received) = (load.Accepted + 100, sink.Received + 100);
        await Eventually.TrueAsync(() => load.Accepted >= accepted && sink.Received >= received, "events are accepted and arrive again");
    }

    static async Task ArrivedAsync(Load load, Sink sink, params Hosts[] hosts)
    {
        await Eventually.TrueAsync(() => Enumerable.Range(0, load.Subjects).All(s => sink.CountOf($"s{s}") >= load.AcceptedOf(s)) || !sink.Violations.IsEmpty, "everything accepted has arrived");
        Assert.True(sink.Violations.IsEmpty, $"{string.Join("; ", sink.Violations.Take(5))}\n{string.Join("\n---\n", hosts.Select(h => h.Output))}");
        Assert.All(Enumerable.Range(0, load.Subjects), s => Assert.Equal(load.AcceptedOf(s), sink.CountOf($"s{s}")));
    }

    static async Task<bool> IsBoundAsync(RabbitMqServer broker)
    {
        using var response = await broker.Management.GetAsync(new Uri("api/queues/%2f/webhooks.3/bindings", UriKind.Relative));
        return response.IsSuccessStatusCode && (await response.Content.ReadAsStringAsync()).Contains("\"source\":\"webhooks.3\"", StringComparison.Ordinal);
    }
}
