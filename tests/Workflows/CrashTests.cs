using System.Text;
using Dapper;
using EventBus.Storage;
using EventBus.Storage.Workflows;
using EventBus.Tests.Fixtures;
using Microsoft.Extensions.Configuration;

namespace EventBus.Tests.Workflows;

/// <summary>The process is killed in each state of a run; the run goes on, and each effect is there once, by its id.</summary>
public sealed class CrashTests(RabbitMqFixture broker, PostgresFixture postgres)
{
    const string Workflow = """
        name: crash
        when: {events: [careportals.order.created]}
        then:
          - publish: {type: clinic.task.requested, data: 1}
          - send: {endpoint: mailer, body: first}
          - wait: {for: 2s}
          - wait: {until: {events: [careportals.order.shipped]}, timeout: 10m}
          - send: {endpoint: mailer, body: second}
          - publish: {type: clinic.task.completed, data: 2}
        """;

    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task A_run_goes_on_wherever_the_process_was_killed(TestTransport transport)
    {
        using var files = new TempDirectory();
        await File.WriteAllTextAsync(Path.Combine(files.FullName, "crash.yaml"), Workflow);
        await using var receiver = await Receiver.StartAsync();
        var fails = true;
        receiver.Answer = (_, context) =>
        {
            context.Response.StatusCode = fails ? 500 : 204;
            return Task.CompletedTask;
        };
        List<KeyValuePair<string, string?>> settings =
        [
            new("EventBus:Workflows:Directory", files.FullName), new("EventBus:Endpoints:0:Name", "mailer"), new("EventBus:Endpoints:0:Consumer", "Workflows"),
            new("EventBus:Endpoints:0:Url", receiver.Url.ToString()), .. Enumerable.Range(0, 50).Select(i => new KeyValuePair<string, string?>($"EventBus:Endpoints:0:RetrySchedule:{i}", "00:00:00.300")),
        ];

        // In one process it is Standalone that dies; on the broker the workflows' own process, with the gateway beside it.
        BusHost? gateway = null;
        var assembly = "EventBus.Standalone";
        if (transport == TestTransport.RabbitMq)
        {
            var node = await broker.GetAsync();
            settings.AddRange([.. BusHost.Broker(node.AmqpUri, await node.CreateVirtualHostAsync(CancellationToken.None)), .. await postgres.NewDatabaseAsync()]);
            assembly = "EventBus.Consumers.Workflows";
            gateway = await BusHost.StartAsync(settings, b => b.WithArchive());
        }

        await using var closing = gateway;
        await using var host = new Faults.FaultyHost(assembly, [.. settings.Select(s => (s.Key.Replace(":", "__", StringComparison.Ordinal), s.Value!))], gateway is null ? ["--urls", "http://127.0.0.1:0"] : null);
        await host.StartAsync();
        await using var database = StorageExtensions.Create(new ConfigurationBuilder().AddInMemoryCollection([.. settings, new("EventBus:DataDirectory", host.DataDirectory)]).Build(), owned: false);
        await database.OpenAsync(TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(async () => await CountAsync(database, "SELECT count(*) FROM consumers WHERE name = 'workflows' AND endpoint = ''") == 1, "the consumer asks");

        // Before a step: the event is accepted, and perhaps begun.
        await PostAsync(host, gateway, "order.created");
        await host.KillAndStartAsync();

        // While a send fails.
        await UntilAsync(host, database, "the send fails", () => Task.FromResult(!receiver.Deliveries.IsEmpty));
        await host.KillAsync();
        fails = false;
        await host.StartAsync();

        // While it waits for a time (unless that has passed on a machine with much to do), and while it waits for an event.
        await UntilAsync(host, database, "it waits for a time", async () => await AtAsync(database) is "then[2]" or "then[3]");
        await host.KillAndStartAsync();
        await UntilAsync(host, database, "it waits for an event", async () => await AtAsync(database) == "then[3]");
        await host.KillAndStartAsync();
        await PostAsync(host, gateway, "order.shipped");
        await UntilAsync(host, database, "the run is complete", async () => await CountAsync(database, "SELECT count(*) FROM workflow_runs WHERE status = 'completed'") == 1);
        await UntilAsync(host, database, "all is published", async () => await CountAsync(database, "SELECT count(*) FROM events WHERE source = '/eventbus/workflows'") == 4);

        var run = (await RunAsync(database))!;
        Assert.Equal(["then[0] publish Done", "then[1] send Done delivered", "then[2] wait Done", "then[3] wait Done arrived", "then[4] send Done delivered", "then[5] publish Done"],
            run.Steps.Select(s => $"{s.Path} {s.Kind} {s.State} {s.Decision}".TrimEnd()));
        Assert.Equal(["\"first\"", "\"second\""], receiver.Deliveries.GroupBy(d => d.Headers["webhook-id"], StringComparer.Ordinal).Select(g => Assert.Single(g.Select(d => d.Text).Distinct(StringComparer.Ordinal))));
        Assert.Equal(1, await CountAsync(database, "SELECT count(*) FROM workflow_runs"));
        Assert.Equal(2, await CountAsync(database, "SELECT count(*) FROM deliveries WHERE endpoint = 'mailer' AND state = 1"));
    }

    static async Task PostAsync(Faults.FaultyHost host, BusHost? gateway, string name)
    {
        using var http = new HttpClient { BaseAddress = gateway?.Http.BaseAddress ?? new Uri(host.Url) };
        using var content = new StringContent("""{"_id":"o1","customer":{"_id":"c1"}}""", Encoding.UTF8, "application/json");
        using var response = await http.PostAsync(new Uri($"/v1/careportals/{name}", UriKind.Relative), content);
        Assert.True(response.IsSuccessStatusCode);
    }

    static async Task UntilAsync(Faults.FaultyHost host, Database database, string what, Func<Task<bool>> condition)
    {
        try
        {
            await Eventually.TrueAsync(condition, what);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{(await RunAsync(database))?.At}\n{host.Output}", e);
        }
    }

    static async Task<string?> AtAsync(Database database) => (await RunAsync(database))?.At;

    static async Task<WorkflowRun?> RunAsync(Database database)
    {
        await using var connection = await database.ConnectAsync();
        return await connection.QueryFirstOrDefaultAsync<string>("SELECT key FROM workflow_runs") is { } key ? await WorkflowTables.FindAsync(database, key, CancellationToken.None) : null;
    }

    static async Task<long> CountAsync(Database database, string sql)
    {
        await using var connection = await database.ConnectAsync();
        return await connection.QuerySingleAsync<long>(sql);
    }
}
