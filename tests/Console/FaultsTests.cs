using System.Diagnostics.Metrics;
using System.Text.Json;
using Dapper;
using EventBus.Operations;
using EventBus.Operations.Access;
using EventBus.Operations.Alerts;
using EventBus.OperatorConsole;
using EventBus.Storage;
using EventBus.TestServices;
using EventBus.Tests.Fixtures;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace EventBus.Tests.OperatorConsole;

/// <summary>Each fault, on a broker of the test's own, is an alert, stands on the overview and in the metrics, and clears, all with the settings that a host has by itself.</summary>
public sealed class FaultsTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_endpoint_that_fails_a_dead_letter_and_a_broker_that_is_away_are_seen_and_clear()
    {
        await using var node = await RabbitMqServer.StartAsync(Token);
        await using var receiver = await Receiver.StartAsync();
        var status = StatusCodes.Status500InternalServerError;
        receiver.Answer = (_, context) =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        };
        await using var host = await BusHost.StartAsync(
            BusHost.Broker(node.AmqpUri, await node.CreateVirtualHostAsync(Token)),
            b => b.WithConsumers().WithArchive().WithConsole().WithEndpoint(0, "sink", receiver.Url, ("Events:0", "#"), ("FinalClientErrors", "true")));
        await using var seen = await Seen.StartAsync(host);

        await TakenAsync(host, "first");
        await seen.UntilAsync("endpoint-failing/sink", "Endpoint sink fails");
        status = StatusCodes.Status204NoContent;
        await seen.ClearsAsync("endpoint-failing/sink");

        status = StatusCodes.Status422UnprocessableEntity;
        await TakenAsync(host, "wrong");
        var cause = await seen.UntilAsync("dead-letters/", "1 event failed for good at endpoint sink: HTTP 422");
        status = StatusCodes.Status204NoContent;
        await new DeadLetterDesk(host.Services.GetRequiredService<Database>(), TimeProvider.System).RetryAsync(Actor.CommandLine, new DeadLetterFilter());
        await seen.ClearsAsync(cause);

        await node.SyncAsync();
        await node.StopAsync();
        await TakenAsync(host, "spooled");
        await seen.UntilAsync("spool/", "The broker does not take events from");
        await seen.UntilAsync("broker", "No host reaches the broker");
        await node.RestartAsync(Token);
        await seen.ClearsAsync("broker");
        await seen.ClearsAsync("spool/");
    }

    [Fact]
    public async Task Alarms_of_the_broker_a_node_that_is_gone_a_queue_that_nobody_reads_and_a_lost_event_are_seen_and_clear()
    {
        await using var node = await RabbitMqServer.StartAsync(Token);
        await using var receiver = await Receiver.StartAsync();
        var vhost = await node.CreateVirtualHostAsync(Token);
        await using var host = await BusHost.StartAsync(
            [.. BusHost.Broker(node.AmqpUri, vhost), new("EventBus:RabbitMq:ManagementUrl", node.ManagementUri.ToString())],
            b => b.WithConsumers().WithArchive().WithConsole().WithEndpoint(0, "sink", receiver.Url, ("Events:0", "#")));
        await using var seen = await Seen.StartAsync(host);
        var database = host.Services.GetRequiredService<Database>();

        await TakenAsync(host, "lost");
        await receiver.UntilAsync(1);
        await CountsAsync(database);
        Assert.Equal(1, await WriteAsync(database, "DELETE FROM deliveries WHERE endpoint = 'sink'"));
        await seen.UntilAsync("ledger/webhooks/sink", "1 accepted event is unaccounted for");
        Assert.Equal(1, seen.Difference);
        await new Replays(database, TimeProvider.System).StartAsync(Actor.CommandLine, new EventFilter { Id = "lost" }, "webhooks", "sink", 10, Token);
        await seen.ClearsAsync("ledger/webhooks/sink");
        Assert.Equal(0, seen.Difference);

        await node.SetMemoryAlarmAsync(on: true);
        await seen.UntilAsync("broker-node/rabbit@localhost", "The broker takes no events: memory alarm on rabbit@localhost");
        await node.SetMemoryAlarmAsync(on: false);
        await seen.ClearsAsync("broker-node/rabbit@localhost");

        await WriteAsync(database, "INSERT INTO consumers (name, endpoint, patterns, since, partitions) VALUES ('orders', '', 'nobody.sends', 0, 1)");
        await WriteAsync(database, "INSERT INTO lanes (name, owner, expires_at) VALUES ('orders/0', 'me', 1000000000000000)");
        await using var connection = await new ConnectionFactory { Uri = new Uri($"{node.AmqpUri}/{vhost}") }.CreateConnectionAsync(Token);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Token);
        await channel.QueueDeclareAsync("orders.0", durable: true, exclusive: false, autoDelete: false, cancellationToken: Token);
        await seen.UntilAsync("consumer/orders", "Nobody reads orders.0 on the broker");
        await channel.BasicConsumeAsync("orders.0", autoAck: true, new AsyncEventingBasicConsumer(channel), Token);
        await seen.ClearsAsync("consumer/orders");

        await using var second = await node.StartAnotherAsync(Token);
        await second.StopAsync();
        await seen.UntilAsync("broker-node/rabbit1@localhost", "Of the broker, rabbit1@localhost does not run");
        await second.RestartAsync(Token);
        await seen.ClearsAsync("broker-node/rabbit1@localhost");
    }

    [Fact]
    public async Task A_database_that_is_away_is_seen_in_the_console_and_the_metrics_and_told_of_and_clears()
    {
        await using var server = await PostgresServer.StartAsync(Token);
        await using var told = await Receiver.StartAsync();
        await using var host = await BusHost.StartAsync(
            [
                new("EventBus:Transport", "memory"), new("EventBus:Storage", "postgres"), new("EventBus:Postgres:ConnectionString", await server.CreateDatabaseAsync(Token)),
                new("EventBus:Alerts:Webhook:Url", told.Url.ToString()), new("EventBus:Alerts:Webhook:Secret", $"whsec_{Convert.ToBase64String(new byte[24])}"),
            ],
            b => b.WithConsole());
        await using var seen = await Seen.StartAsync(host);
        await server.StopAsync();
        await Eventually.TrueAsync(async () => (await seen.OverviewAsync()).Contains("The storage does not answer", StringComparison.Ordinal) && seen.Measured("storage") == 1, "the database is missed");
        await Eventually.TrueAsync(() => Kinds(told).SequenceEqual(["alert.raised storage"]), "somebody is told");
        await server.RestartAsync(Token);
        await Eventually.TrueAsync(async () => (await seen.OverviewAsync()).Contains("All is well", StringComparison.Ordinal) && seen.Measured("storage") == 0, "the database is back");
        await Eventually.TrueAsync(() => Kinds(told).SequenceEqual(["alert.raised storage", "alert.resolved storage"]), "somebody is told");
        await Eventually.TrueAsync(
            async () => await new AlertDesk(host.Services.GetRequiredService<Database>(), TimeProvider.System).ResolvedAsync(null, 10, Token) is [{ Cause: "storage" }], "it is written down");
    }

    static IEnumerable<string> Kinds(Receiver told) => told.Deliveries.Select(d => JsonElement.Parse(d.Body)).Select(b => $"{b.GetProperty("type").GetString()} {b.GetProperty("data").GetProperty("kind").GetString()}");

    /// <summary>It counts from the first whole window after a consumer is known, and no test waits for that.</summary>
    static async Task CountsAsync(Database database)
    {
        await Eventually.TrueAsync(
            async () =>
            {
                await using var connection = await database.ConnectAsync(Token);
                return await connection.QuerySingleAsync<long>("SELECT count(*) FROM events") == 1 && await connection.QuerySingleAsync<long>("SELECT count(*) FROM deliveries WHERE state = 0") == 0;
            },
            "the event is archived and nothing waits");
        await WriteAsync(database, "UPDATE consumers SET since = 0");
    }

    static Task<int> WriteAsync(Database database, string sql) => database.TransactAsync(async transaction => await transaction.Connection!.ExecuteAsync(sql, transaction: transaction), Token);

    static async Task TakenAsync(BusHost host, string id)
    {
        using var response = await host.PostAsync("/v1/canvas", """{"type":"TASK_CREATED","target":"t-1"}""", "application/json", ("webhook-id", id));
        Assert.True(response.IsSuccessStatusCode);
    }

    /// <summary>What an operator sees.</summary>
    sealed class Seen(AlertDesk desk, ConsoleClient console, AlertWatch watch, Reconciler reconciler) : IAsyncDisposable
    {
        /// <summary>The ledger's difference, as this host exports it.</summary>
        public long Difference => Read(reconciler.Gauge, _ => true);

        public static async Task<Seen> StartAsync(BusHost host)
        {
            var database = host.Services.GetRequiredService<Database>();
            await new Users(database, TimeProvider.System).CreateAsync(Actor.CommandLine, ConsoleBed.Viewer, ConsoleBed.Password, Role.Viewer, payloads: false);
            return new Seen(
                new AlertDesk(database, TimeProvider.System), await ConsoleClient.SignInAsync(host.Services.GetRequiredService<ConsoleListener>().Address!, ConsoleBed.Viewer),
                host.Services.GetServices<IHostedService>().OfType<AlertWatch>().Single(), host.Services.GetServices<IHostedService>().OfType<Reconciler>().Single());
        }

        /// <returns>The whole cause.</returns>
        public async Task<string> UntilAsync(string cause, string text)
        {
            Alert? alert = null;
            await Eventually.TrueAsync(
                async () => (alert = (await desk.OpenAsync(Token)).FirstOrDefault(a => a.Cause.StartsWith(cause, StringComparison.Ordinal))) is not null
                    && (await console.GetAsync("/")).Contains(text, StringComparison.Ordinal) && Measured(alert.Kind) == 1,
                $"{cause} is an alert, on the overview and in the metrics");
            TestContext.Current.TestOutputHelper?.WriteLine($"{alert!.Cause}: {(alert.RaisedAt - alert.Since) / 1000.0} s after it began");
            return alert!.Cause;
        }

        public Task ClearsAsync(string cause) => Eventually.TrueAsync(
            async () => !(await desk.OpenAsync(Token)).Any(a => a.Cause.StartsWith(cause, StringComparison.Ordinal)) && Measured(cause.Split('/')[0]) == 0, $"{cause} is resolved");

        public ValueTask DisposeAsync()
        {
            console.Dispose();
            return ValueTask.CompletedTask;
        }

        public Task<string> OverviewAsync() => console.GetAsync("/");

        /// <summary>How many alerts of a kind are open, as this host exports it; others of the process measure as well.</summary>
        public long Measured(string kind) => Read(watch.Gauge, tags => tags.Any(t => t.Key == "eventbus.alert" && (string?)t.Value == kind));

        static long Read(ObservableGauge<long> gauge, Func<IEnumerable<KeyValuePair<string, object?>>, bool> counts)
        {
            var sum = 0L;
            using var listener = new MeterListener();
            listener.SetMeasurementEventCallback<long>((_, value, tags, _) => sum += counts(tags.ToArray()) ? value : 0);
            listener.EnableMeasurementEvents(gauge);
            listener.RecordObservableInstruments();
            return sum;
        }
    }
}
