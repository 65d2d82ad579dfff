using EventBus.Contracts;
using EventBus.Operations;
using EventBus.Operations.Access;
using EventBus.Operations.Audit;
using EventBus.Operations.Broker;
using EventBus.Operations.Overview;
using EventBus.Storage;
using EventBus.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Tests.Operations;

/// <summary>What hosts declare beside what is on a real broker, and queues as the broker has them.</summary>
public sealed class TopologyDeskTests(RabbitMqFixture broker, PostgresFixture postgres)
{
    static readonly Actor Admin = new("ada", Role.Admin, Payloads: false, Actor.Console);

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_hosts_declare_is_as_the_words_say_and_what_is_missing_or_stale_is_told()
    {
        await using var there = await BrokerTopology.CreateAsync(await broker.GetAsync());
        await using var receiver = await Receiver.StartAsync();
        var storage = await postgres.NewDatabaseAsync();
        await using var host = await BusHost.StartAsync([.. there.Settings, .. storage], b => b
            .WithConsumers().WithWorkflows().WithArchive().WithEndpoint(0, "sink", receiver.Url, ("Events:0", "TASK_CREATED"), ("Events:1", "*.order.#")));
        foreach (var family in Family.All)
        {
            using var response = await host.PostAsync(
                "/v1/events", $$"""{"specversion":"1.0","id":"{{family.Word}}","source":"/test","type":"test.{{family.Word}}.happened"}""", EventJson.MediaType);
            Assert.True(response.IsSuccessStatusCode);
        }

        var database = host.Services.GetRequiredService<Database>();
        var desk = new TopologyDesk(there.Client, database, TimeProvider.System);
        IReadOnlyList<TopologyThing> things = [];
        await Eventually.TrueAsync(async () => (things = await desk.LookAsync(Token)).Count == 0, $"all is as declared: {string.Join("\n", things.Take(10))}");
        await QueuesAreSeenAsync(there, database);

        await there.DeleteAsync($"bindings/{there.VirtualHost}/e/eventbus.appointment.route/e/appointments/*.appointment.%23");
        await there.BindAsync("eventbus.task.route", "webhooks", "canvas.nobody.#");
        await there.QueueAsync("webhooks.7");
        await there.QueueAsync("tap");
        await there.BindAsync("eventbus.task.route", "tap", "#");
        things = await desk.LookAsync(Token);
        Assert.Equal(
            [
                "Missing binding eventbus.appointment.route → appointments (*.appointment.#)", "Stale binding eventbus.task.route → webhooks (canvas.nobody.#)", "Stale exchange webhooks.7", "Stale queue webhooks.7",
            ],
            things.Select(t => $"{t.Standing} {t.Title}").Order(StringComparer.Ordinal));
        Assert.Contains("Start the consumer appointments", things.Single(t => t.Standing == TopologyStanding.Missing).Note, StringComparison.Ordinal);

        // What a live consumer has stays, whatever is asked.
        await Assert.ThrowsAsync<OperationRefusedException>(() => desk.PruneAsync(Admin, ["queue webhooks.0"], alsoHeld: true));
        Assert.Equal(3, (await desk.PruneAsync(Admin, [.. things.Where(t => t.Standing == TopologyStanding.Stale).Select(t => t.Title)], alsoHeld: false)).Removed.Count);
        Assert.Equal([TopologyStanding.Missing], (await desk.LookAsync(Token)).Select(t => t.Standing));
        var named = (await there.Client.QueuesAsync(Token)).Select(q => q.Name).ToList();
        Assert.Contains("tap", named);
        Assert.DoesNotContain("webhooks.7", named);
    }

    [Fact]
    public async Task What_holds_messages_stays_as_a_whole_unless_that_is_asked_for_too()
    {
        await using var there = await BrokerTopology.CreateAsync(await broker.GetAsync());
        await using var data = await OperationsDatabase.OpenAsync("postgres", postgres);
        await there.ConsumerAsync("empty", partitions: 1);
        await there.ConsumerAsync("full", partitions: 2);
        var desk = new TopologyDesk(there.Client, data.Database, TimeProvider.System);
        var stale = (await desk.LookAsync(Token)).Where(t => t.Standing == TopologyStanding.Stale).Select(t => t.Title).ToList();
        Assert.Equal(6 + 8, stale.Count);

        // The management API need not know of it yet: the broker is asked.
        await there.FillAsync("full.1");
        var result = await desk.PruneAsync(Admin, stale, alsoHeld: false);
        Assert.All(result.Removed, title => Assert.Contains(" empty", title, StringComparison.Ordinal));
        Assert.All(result.Kept, title => Assert.Contains(" full", title, StringComparison.Ordinal));
        Assert.Equal((6, 8), (result.Removed.Count, result.Kept.Count));
        Assert.Equal(["full.0", "full.1", "full.dead"], (await there.Client.QueuesAsync(Token)).Select(q => q.Name));

        Assert.Equal(8, (await desk.PruneAsync(Admin, result.Kept, alsoHeld: true)).Removed.Count);
        Assert.Empty(await there.Client.QueuesAsync(Token));
        var audit = await new AuditLog(data.Database, TimeProvider.System).ListAsync(new AuditFilter(Action: "topology.prune"), null, 100, Token);
        Assert.Equal(14, audit.Count);
        Assert.Equal("with 1 messages, read by 0", audit.Single(e => e.Target == "queue full.1").Reason);
    }

    [Fact]
    public async Task A_broker_that_does_not_answer_is_told_with_what_to_do()
    {
        using var client = new BrokerClient(new EventBus.Publisher.Transport.RabbitMqOptions { ManagementUrl = "http://127.0.0.1:1" }, isThere: true);
        using var watch = new BrokerWatch(client, TimeProvider.System);
        Assert.Contains("EventBus__RabbitMq__ManagementUrl=", (await watch.LookAsync(Token))!.Trouble, StringComparison.Ordinal);
        var node = await broker.GetAsync();
        using var stranger = new BrokerClient(new EventBus.Publisher.Transport.RabbitMqOptions { Host = node.AmqpUri, ManagementUrl = $"http://guest:wrong@{node.ManagementUri.Authority}" }, isThere: true);
        Assert.Contains("does not let guest in", (await Assert.ThrowsAsync<BrokerUnavailableException>(() => stranger.QueuesAsync(Token))).Message, StringComparison.Ordinal);
        Assert.Null(await stranger.NodesAsync(Token));
        using var none = new BrokerClient(new EventBus.Publisher.Transport.RabbitMqOptions(), isThere: false);
        using var still = new BrokerWatch(none, TimeProvider.System);
        Assert.Null(await still.LookAsync(Token));
    }

    /// <summary>Each queue with who reads it, its copies and limits; what waits in the storage beside it.</summary>
    static async Task QueuesAreSeenAsync(BrokerTopology there, Database database)
    {
        QueueView? view = null;
        await Eventually.TrueAsync(
            async () =>
            {
                using var watch = new BrokerWatch(there.Client, TimeProvider.System);
                using var situations = new SituationRoom(database, TimeProvider.System);
                view = await new QueueRoom(watch, situations, database).LookAsync(Token);
                return view.Queues.Count == 27 && view.Queues.All(q => q.Queue is { Trouble: null, State: "running", Consumers: > 0, Prefetch: > 0 });
            },
            "every queue is read");
        var queue = view!.Queues.Single(q => q.Queue.Name == "appointments.0").Queue;
        Assert.Equal(("quorum", 1L, 256L, 100L, "appointments.dead"), (queue.Kind, queue.Consumers, queue.Prefetch, queue.DeliveryLimit, queue.DeadLetters));
        Assert.Equal([queue.Leader!], queue.Members);
        Assert.Equal(queue.Members, queue.Online);
        Assert.True(view.Broker!.Nodes is [{ IsRunning: true, Memory: > 0, MemoryLimit: > 0, Trouble: null }]);
    }
}
