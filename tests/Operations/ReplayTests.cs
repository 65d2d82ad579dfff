using Dapper;
using EventBus.Contracts;
using EventBus.Operations;
using EventBus.Operations.Access;
using EventBus.Storage;
using EventBus.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Tests.Operations;

/// <summary>Past events sent again by running hosts, on both transports.</summary>
public sealed class ReplayTests(RabbitMqFixture broker, PostgresFixture postgres)
{
    [Theory]
    [InlineData(TestTransport.Memory, "sink")]
    [InlineData(TestTransport.RabbitMq, "sink")]
    [InlineData(TestTransport.RabbitMq, "")]
    public async Task What_is_selected_goes_to_one_endpoint_again_in_order_and_marked(TestTransport transport, string endpoint)
    {
        await using var sink = await Receiver.StartAsync();
        await using var other = await Receiver.StartAsync();
        await using var host = await StartAsync(transport, sink, b => b.WithEndpoint(1, "other", other.Url, ("Events:0", "#"), ("Consumer", "Appointments")));
        await SendAsync(host, 0, 12);
        await sink.UntilAsync(12);
        await ArchivedAsync(host, 12);
        var replays = new Replays(host.Services.GetRequiredService<Database>(), TimeProvider.System);
        var filter = new EventFilter { Type = "test.order.#", Subject = "s-0" };

        var plan = await replays.PlanAsync(filter, "webhooks", endpoint, TestContext.Current.CancellationToken);
        Assert.Equal((6, 1), (plan.Total, plan.Subjects));
        Assert.Equal(12, sink.Deliveries.Count);
        var id = await replays.StartAsync(Actor.CommandLine, filter, "webhooks", endpoint, 1000, TestContext.Current.CancellationToken);

        var again = (await sink.UntilAsync(18)).Skip(12).ToList();
        Assert.Equal(["e-0", "e-2", "e-4", "e-6", "e-8", "e-10"], again.Select(Id));
        Assert.All(again, d => Assert.Equal(id, d.Headers["eventbus-replay"]));
        Assert.Equal(["7", "8", "9", "10", "11", "12"], again.Select(d => d.Headers["eventbus-sequence"]));
        Assert.Equal(18, sink.Deliveries.Select(d => d.Headers["webhook-id"]).Distinct(StringComparer.Ordinal).Count());
        Assert.Empty(other.Deliveries);
        await Eventually.TrueAsync(async () => (await replays.ListAsync(10)).Single() is { State: "done", Sent: 6 }, "the replay is done");
        Assert.Equal(12, await CountAsync(host, "SELECT count(*) FROM events"));
    }

    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task A_replay_that_is_paused_or_whose_process_ends_goes_on_where_it_was(TestTransport transport)
    {
        await using var sink = await Receiver.StartAsync();
        using var data = new TempDirectory();
        var settings = await BusHost.SharedAsync(transport, broker);
        Task<BusHost> Start() => BusHost.StartAsync(settings, b => Configure(b, sink).With("EventBus:DataDirectory", data.FullName));
        string id;
        int sent;
        await using (var first = await Start())
        {
            await SendAsync(first, 0, 60);
            await sink.UntilAsync(60);
            await ArchivedAsync(first, 60);
            var replays = new Replays(first.Services.GetRequiredService<Database>(), TimeProvider.System);
            await Eventually.TrueAsync(async () => await CountAsync(first, "SELECT count(*) FROM consumers WHERE endpoint = 'sink'") == 1, "the endpoint is known");
            id = await replays.StartAsync(Actor.CommandLine, new EventFilter(), "webhooks", "sink", 20, TestContext.Current.CancellationToken);
            await sink.UntilAsync(65);
            Assert.True(await replays.PauseAsync(Actor.CommandLine, id));
            await Eventually.TrueAsync(async () => await CountAsync(first, "SELECT count(*) FROM deliveries WHERE state = 0") == 0, "what was sent has arrived");
            sent = sink.Deliveries.Count;
            Assert.InRange(sent, 65, 119);
            Assert.True(await replays.ResumeAsync(Actor.CommandLine, id));
            await sink.UntilAsync(sent + 5);
        }

        await using var second = await Start();
        await sink.UntilAsync(120);
        var done = new Replays(second.Services.GetRequiredService<Database>(), TimeProvider.System);
        await Eventually.TrueAsync(async () => (await done.ListAsync(10)).Single().State == "done", "the replay is done");
        var again = sink.Deliveries.Where(d => d.Headers.ContainsKey("eventbus-replay")).DistinctBy(d => d.Headers["webhook-id"], StringComparer.Ordinal).ToList();
        for (var subject = 0; subject < 2; subject++)
        {
            Assert.Equal(Enumerable.Range(0, 30).Select(i => $"e-{(2 * i) + subject}"), again.Select(Id).Where(e => int.Parse(e[2..]) % 2 == subject));
        }
    }

    [Fact]
    public async Task The_ledger_is_even_and_lists_what_is_missing()
    {
        await using var sink = await Receiver.StartAsync();
        var settings = await postgres.NewDatabaseAsync();
        var node = await broker.GetAsync();
        var vhost = await node.CreateVirtualHostAsync(CancellationToken.None);
        await using var host = await BusHost.StartAsync([.. BusHost.Broker(node.AmqpUri, vhost), .. settings], b => Configure(b, sink));
        await SendAsync(host, 0, 10);
        await sink.UntilAsync(10);
        await ArchivedAsync(host, 10);
        var database = host.Services.GetRequiredService<Database>();
        await Eventually.TrueAsync(async () => await CountAsync(host, "SELECT count(*) FROM consumers WHERE endpoint = 'sink'") == 1, "the endpoint is known");

        // It counts from the first whole minute after a consumer is known, and no test waits for that.
        await database.TransactAsync(async t => await t.Connection!.ExecuteAsync("UPDATE consumers SET since = 0", transaction: t));
        await Eventually.TrueAsync(async () => await CountAsync(host, "SELECT count(*) FROM deliveries WHERE state = 0") == 0, "nothing waits");
        var ledger = new Ledger(database);
        var (from, to) = (DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddMinutes(1));

        var entry = (await ledger.CountAsync(from, to)).Single(e => e.Endpoint == "sink");
        Assert.Equal((10, 10, 0), (entry.Accepted, entry.States[DeliveryState.Processed], entry.Difference));
        Assert.All(await ledger.CountAsync(from, to), e => Assert.Equal(0, e.Difference));

        await database.TransactAsync(async t => await t.Connection!.ExecuteAsync("DELETE FROM deliveries WHERE event_id IN ('e-3', 'e-4') AND endpoint = 'sink'", transaction: t));
        Assert.Equal(2, (await ledger.CountAsync(from, to)).Single(e => e.Endpoint == "sink").Difference);
        Assert.Equal(["e-3", "e-4"], (await ledger.MissingAsync("webhooks", "sink", from, to, 10)).Select(e => e.Id).Order(StringComparer.Ordinal));
        Assert.Empty(await ledger.MissingAsync("webhooks", "", from, to, 10));
    }

    static BusHostBuilder Configure(BusHostBuilder builder, Receiver sink) => builder.WithConsumers().WithArchive().WithEndpoint(0, "sink", sink.Url, ("Events:0", "#"));

    async Task<BusHost> StartAsync(TestTransport transport, Receiver sink, Action<BusHostBuilder> more)
    {
        var host = await BusHost.StartAsync(transport, broker, b => more(Configure(b, sink)));
        await Eventually.TrueAsync(async () => await CountAsync(host, "SELECT count(*) FROM consumers WHERE endpoint = 'sink'") == 1, "the endpoint is known");
        return host;
    }

    static async Task SendAsync(BusHost host, int from, int count)
    {
        for (var i = from; i < from + count; i++)
        {
            using var response = await host.PostAsync(
                "/v1/events", $$"""{"specversion":"1.0","id":"e-{{i}}","source":"/test","type":"test.order.changed","subject":"s-{{i % 2}}","data":{{i}}}""", EventJson.MediaType);
            Assert.True(response.IsSuccessStatusCode);
        }
    }

    static Task ArchivedAsync(BusHost host, int count) => Eventually.TrueAsync(async () => await CountAsync(host, "SELECT count(*) FROM events") == count, "the events are archived");

    static async Task<long> CountAsync(BusHost host, string sql)
    {
        await using var connection = await host.Services.GetRequiredService<Database>().ConnectAsync();
        return await connection.QuerySingleAsync<long>(sql);
    }

    static string Id(Fixtures.Delivery delivery) => System.Text.Json.JsonElement.Parse(delivery.Body).GetProperty("id").GetString()!;
}
