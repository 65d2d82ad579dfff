using EventBus.Operations.Alerts;
using EventBus.Operations.Broker;
using EventBus.Tests.Fixtures;

namespace EventBus.Tests.Operations.Alerts;

/// <summary>What is wrong by what the broker says, and by who works on consumers' lanes.</summary>
public sealed class BrokerCausesTests(PostgresFixture postgres)
{
    static readonly HashSet<string> None = [];

    public static TheoryData<string> Homes => ["sqlite", "postgres"];

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void A_node_with_an_alarm_or_that_does_not_run_is_a_cause_until_it_is_known_to_be_well()
    {
        BrokerNode[] nodes =
        [
            new() { Name = "a", IsRunning = true }, new() { Name = "b", IsRunning = true, DiskAlarm = true }, new() { Name = "c" }, new() { Name = "d", IsRunning = true, MemoryAlarm = true },
        ];
        Assert.Equal(
            [
                ("broker-node/b", "The broker takes no events: disk alarm on b. They wait in the gateways' spools."), ("broker-node/c", "Of the broker, c does not run."),
                ("broker-node/d", "The broker takes no events: memory alarm on d. They wait in the gateways' spools."),
            ],
            BrokerCauses.Read(View(nodes), None).Select(c => (c.Key, c.Text)));
        Assert.Empty(BrokerCauses.Read(null, None));
        Assert.Equal(["broker-node/c"], BrokerCauses.Read(null, new HashSet<string> { "broker-node/c", "broker", "spool/a" }).Select(c => c.Key));
        Assert.Empty(BrokerCauses.Read(View([new BrokerNode { Name = "c", IsRunning = true }]), new HashSet<string> { "broker-node/c" }));
    }

    [Theory]
    [MemberData(nameof(Homes))]
    public async Task A_consumer_is_missed_soon_when_it_was_killed_and_later_when_it_stopped_in_order(string home)
    {
        await using var data = await OperationsDatabase.OpenAsync(home, postgres);
        await data.WriteAsync("INSERT INTO consumers (name, endpoint, patterns, since) VALUES ('killed', '', '#', 0), ('killed', 'sink', '#', 0), ('stopped', '', '#', 0), ('well', '', '#', 0)");
        await data.WriteAsync("INSERT INTO lanes (name, owner, expires_at) VALUES ('killed/0', 'me', 1010000), ('killed/1', 'me', 1009000), ('stopped/0', NULL, 0), ('well/0', 'me', 9000000), ('well/1', NULL, 0)");
        var causes = new ConsumerCauses();
        async Task<string[]> At(long seconds, params string[] open)
        {
            await using var connection = await data.Database.ConnectAsync(Token);
            return [.. (await causes.ReadAsync(connection, null, seconds * 1000, 0, open.ToHashSet())).Select(c => c.Target)];
        }

        Assert.Empty(await At(1000));
        Assert.Empty(await At(1011));
        Assert.Equal(["killed"], await At(1012));
        Assert.Equal(["killed"], await At(1029));
        Assert.Equal(["killed", "stopped"], await At(1030));
        causes = new ConsumerCauses();
        Assert.Equal(["killed"], await At(1031));
        causes = new ConsumerCauses();
        Assert.Equal(["killed", "stopped"], await At(1031, "consumer/stopped"));
        await data.WriteAsync("UPDATE lanes SET owner = 'me', expires_at = 9000000");
        Assert.Empty(await At(1032, "consumer/stopped", "consumer/killed"));
    }

    [Theory]
    [MemberData(nameof(Homes))]
    public async Task A_queue_that_nobody_reads_is_a_cause_of_its_consumer(string home)
    {
        await using var data = await OperationsDatabase.OpenAsync(home, postgres);
        await data.WriteAsync("INSERT INTO consumers (name, endpoint, patterns, since, partitions) VALUES ('orders', '', '#', 0, 2)");
        await data.WriteAsync("INSERT INTO lanes (name, owner, expires_at) VALUES ('orders/0', 'me', 9000000)");
        var causes = new ConsumerCauses();
        async Task<string[]> At(long seconds, params (string Name, long Readers)[]? queues)
        {
            await using var connection = await data.Database.ConnectAsync(Token);
            var view = queues is null ? null : View([], [.. queues.Select(q => new BrokerQueue { Name = q.Name, Consumers = q.Readers, State = "running" })]);
            return [.. (await causes.ReadAsync(connection, view, seconds * 1000, 0, None)).Select(c => $"{c.Key}: {c.Text}")];
        }

        // What a larger number of partitions has left, and other people's queues, need nobody.
        (string, long)[] there = [("archive", 0), ("orders.0", 1), ("orders.1", 0), ("orders.dead", 0), ("orders.2", 0), ("gone.0", 0), ("tap", 0), ("eventbus.unrouted", 1)];
        Assert.Empty(await At(1000, there));
        Assert.Empty(await At(1007, there));
        Assert.Equal(
            [
                "consumer/archive: Nobody reads archive on the broker: what comes waits there. Is the consumer archive at work?",
                "consumer/orders: Nobody reads orders.1, orders.dead on the broker: what comes waits there. Is the consumer orders at work?",
            ],
            (await At(1008, there)).Order(StringComparer.Ordinal));
        Assert.Equal(2, (await At(1009, null)).Length);
        Assert.Empty(await At(1010, [.. there.Select(q => (q.Item1, 1L))]));
    }

    static BrokerView View(IReadOnlyList<BrokerNode> nodes, IReadOnlyList<BrokerQueue>? queues = null) => new(DateTimeOffset.UnixEpoch, null, nodes, queues ?? []);
}
