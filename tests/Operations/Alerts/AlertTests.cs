using EventBus.Operations;
using EventBus.Operations.Access;
using EventBus.Operations.Alerts;
using EventBus.Operations.Broker;
using EventBus.Tests.Fixtures;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EventBus.Tests.Operations.Alerts;

/// <summary>What is wrong is raised once and resolved once, in both homes, however many look.</summary>
public sealed class AlertTests(PostgresFixture postgres)
{
    const string Now = "1000000000000000"; // later than any clock

    static readonly Actor Operator = new("otto", Role.Operator, Payloads: false, Actor.Console);

    public static TheoryData<string> Homes => ["sqlite", "postgres"];

    static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>What makes each kind, what ends it, and a part of what is said of it.</summary>
    public static TheoryData<string, string, string, string, string> Faults
    {
        get
        {
            const string consumer = "INSERT INTO consumers (name, endpoint, patterns, since) VALUES ('webhooks', '', '#', 0), ('webhooks', 'sink', '#', 0)";
            const string lane = $"INSERT INTO lanes (name, owner, expires_at) VALUES ('webhooks/0', 'me', {Now})";
            (string Kind, string Make, string End, string Text)[] faults =
            [
                ("endpoint-failing/sink", $"{consumer};{lane};INSERT INTO endpoints (name, failing_since, changed_at) VALUES ('sink', 1000, 0)", "UPDATE endpoints SET failing_since = NULL", "sink fails"),
                ("endpoint-failing/sink", $"{consumer};{lane};INSERT INTO endpoints (name, failing_since, opened_at, changed_at) VALUES ('sink', 1000, 2000, 0)", "UPDATE endpoints SET state = 'paused'", "fails for everybody"),
                ("endpoint-disabled/sink", $"{consumer};{lane};INSERT INTO endpoints (name, state, failing_since, changed_at) VALUES ('sink', 'disabled', 1000, 2000)", "UPDATE endpoints SET state = 'enabled', failing_since = NULL", "until somebody resumes it"),
                ("waiting/webhooks/sink", $"{consumer};{lane};INSERT INTO deliveries (consumer, endpoint, event_key, lane, position, subject_key, event_id, source, type, state, accepted_at, stored_at) VALUES ('webhooks', 'sink', 'k', 'webhooks/0', 1, 's', 'a', 'canvas', 't', 0, 0, 5000)", "UPDATE deliveries SET state = 1", "endpoint sink has waited for more than 00:05:00"),
                ("ledger/webhooks", $"{consumer};{lane};INSERT INTO ledger_entries (consumer, endpoint, accepted, difference, counted_at) VALUES ('webhooks', '', 9, 2, 0), ('gone', '', 9, 2, 0)", "UPDATE ledger_entries SET difference = 0", "differs by 2"),
                ("host/Gateway@web-1", "INSERT INTO hosts (name, service, started_at, seen_at, broker, spool_waiting) VALUES ('Gateway@web-1', 'Gateway', 0, 0, 1, 3)", "DELETE FROM hosts", "3 accepted events waited in its spool"),
                ("broker", $"INSERT INTO hosts (name, service, started_at, seen_at, broker, broker_away_since) VALUES ('a', 'Gateway', 0, {Now}, 1, 1000), ('b', 'Archive', 0, {Now}, 1, NULL), ('c', 'Console', 0, {Now}, 0, NULL)", "UPDATE hosts SET broker_away_since = NULL", "1 of 2 hosts do not reach the broker: a."),
                ("spool/a", $"INSERT INTO hosts (name, service, started_at, seen_at, broker, spool_waiting, spool_since, spool_bytes, spool_max_bytes) VALUES ('a', 'Gateway', 0, {Now}, 1, 7, 1000, 10, 1000)", "UPDATE hosts SET spool_waiting = 0, spool_since = NULL", "7 wait in its spool"),
                ("spool-full/a", $"INSERT INTO hosts (name, service, started_at, seen_at, broker, spool_waiting, spool_bytes, spool_max_bytes) VALUES ('a', 'Gateway', 0, {Now}, 1, 7, 850, 1000)", "UPDATE hosts SET spool_bytes = 0", "85 % full"),
            ];
            var data = new TheoryData<string, string, string, string, string>();
            foreach (var home in (string[])["sqlite", "postgres"])
            {
                foreach (var (kind, make, end, text) in faults)
                {
                    data.Add(home, kind, make, end, text);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_fault_has_an_alert_as_long_as_it_lasts(string home, string cause, string make, string end, string text)
    {
        await using var data = await OperationsDatabase.OpenAsync(home, postgres);
        var (watch, desk) = (Watch(data), new AlertDesk(data.Database, TimeProvider.System));
        await LookUntilHostsCountAsync(watch);
        Assert.Equal((0, 0), await desk.CountAsync(Token));
        foreach (var statement in make.Split(';'))
        {
            await data.WriteAsync(statement);
        }

        await watch.LookAsync(Token);
        await watch.LookAsync(Token);
        var alert = Assert.Single(await desk.OpenAsync(Token));
        Assert.Equal(cause, alert.Cause);
        Assert.Contains(text, alert.Text, StringComparison.Ordinal);
        Assert.Equal(cause.Contains('/', StringComparison.Ordinal) ? cause[(cause.IndexOf('/', StringComparison.Ordinal) + 1)..] : "", alert.Target);
        await data.WriteAsync(end);
        await watch.LookAsync(Token);
        Assert.Empty(await desk.OpenAsync(Token));
        Assert.Equal(alert.Id, Assert.Single(await desk.ResolvedAsync(null, 10, Token)).Id);
    }

    [Theory]
    [MemberData(nameof(Homes))]
    public async Task Dead_letters_have_an_alert_for_each_group_and_unrouted_events_one(string home)
    {
        await using var data = await OperationsDatabase.OpenAsync(home, postgres);
        var (watch, desk) = (Watch(data), new AlertDesk(data.Database, TimeProvider.System));
        await watch.LookAsync(Token);
        foreach (var (id, cause) in new[] { ("a", "HTTP 400"), ("b", "HTTP 400"), ("c", "HTTP 422") })
        {
            await data.DeadAsync(data.Event(id, "canvas.task.created"), cause);
        }

        await data.ArchiveAsync(data.Event("u", "shop.cart.created", accepted: DateTimeOffset.UtcNow), unrouted: true);
        await data.ArchiveAsync(data.Event("old", "shop.cart.created", accepted: DateTimeOffset.UtcNow.AddHours(-2)), unrouted: true);
        await watch.LookAsync(Token);
        Assert.Equal(
            [
                ("dead-letters/HTTP 400", "2 events failed for good at consumer orders: HTTP 400. To be retried or discarded."),
                ("dead-letters/HTTP 422", "1 event failed for good at consumer orders: HTTP 422. To be retried or discarded."),
                ("unrouted", "No consumer had asked for 1 event of the last hour. They are kept, and can be replayed."),
            ],
            (await desk.OpenAsync(Token)).OrderBy(a => a.Cause, StringComparer.Ordinal).Select(a => (a.Cause, a.Text)));
        await new DeadLetterDesk(data.Database, TimeProvider.System).DiscardAsync(Operator, new DeadLetterFilter(CauseGroup: "HTTP 400"), "a test");
        await watch.LookAsync(Token);
        Assert.Equal(["dead-letters/HTTP 422", "unrouted"], (await desk.OpenAsync(Token)).Select(a => a.Cause).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Homes))]
    public async Task Of_many_that_look_at_once_one_raises_and_one_resolves(string home)
    {
        await using var data = await OperationsDatabase.OpenAsync(home, postgres);
        var watches = Enumerable.Range(0, 4).Select(_ => Watch(data)).ToList();
        Task LookAsync() => Task.WhenAll(watches.Select(w => Task.Run(() => w.LookAsync(Token))));
        for (var round = 1; round <= 5; round++)
        {
            for (var i = 0; i < 5; i++)
            {
                await data.DeadAsync(data.Event($"e-{round}-{i}", "canvas.task.created"), $"cause {i}");
            }

            await LookAsync();
            await LookAsync();
            await data.WriteAsync("DELETE FROM dead_letters");
            await LookAsync();
            await LookAsync();
            Assert.Equal(0, await data.ReadAsync<long>("SELECT count(*) FROM alerts WHERE resolved_at IS NULL"));
            Assert.Equal(5 * round, await data.ReadAsync<long>("SELECT count(*) FROM alerts"));
            Assert.Equal(5 * round, await data.ReadAsync<long>("SELECT count(*) FROM alert_notifications WHERE transition = 'raised'"));
            Assert.Equal(5 * round, await data.ReadAsync<long>("SELECT count(*) FROM alert_notifications WHERE transition = 'resolved'"));

            // What was resolved in this very millisecond is not raised in it.
            await Task.Delay(2, Token);
        }
    }

    [Theory]
    [MemberData(nameof(Homes))]
    public async Task An_alert_is_resolved_only_when_its_cause_has_been_gone_for_a_while(string home)
    {
        await using var data = await OperationsDatabase.OpenAsync(home, postgres);
        var (watch, desk) = (Watch(data, TimeSpan.FromMinutes(1)), new AlertDesk(data.Database, TimeProvider.System));
        await data.DeadAsync(data.Event("a", "canvas.task.created"), "HTTP 400");
        await watch.LookAsync(Token);
        await data.WriteAsync("DELETE FROM dead_letters");
        await watch.LookAsync(Token);
        Assert.Single(await desk.OpenAsync(Token));
        await data.WriteAsync("UPDATE alerts SET seen_at = seen_at - 60000");
        await watch.LookAsync(Token);
        Assert.Empty(await desk.OpenAsync(Token));
    }

    [Theory]
    [MemberData(nameof(Homes))]
    public async Task A_host_is_missed_by_who_has_looked_for_a_while_and_stays_missed_when_somebody_else_looks(string home)
    {
        await using var data = await OperationsDatabase.OpenAsync(home, postgres);
        var desk = new AlertDesk(data.Database, TimeProvider.System);
        await data.WriteAsync("INSERT INTO hosts (name, service, started_at, seen_at, broker) VALUES ('a', 'Gateway', 0, 0, 0)");
        await data.WriteAsync("INSERT INTO consumers (name, endpoint, patterns, since) VALUES ('orders', '', '#', 0)");
        var watch = Watch(data);
        await watch.LookAsync(Token);

        // Everything may have been away together.
        Assert.Empty(await desk.OpenAsync(Token));
        await data.WriteAsync("INSERT INTO alerts (cause, kind, severity, text, since, raised_at, seen_at) VALUES ('host/a', 'host', 'critical', '', 0, 0, 0), ('consumer/orders', 'consumer', 'critical', '', 0, 0, 0)");
        await Watch(data).LookAsync(Token);
        Assert.Equal(["consumer/orders", "host/a"], (await desk.OpenAsync(Token)).Select(a => a.Cause).Order(StringComparer.Ordinal));
        Assert.False(Assert.Single(await new KnownHosts(data.Database, TimeProvider.System).ListAsync(Token)).IsPresent);
        await new KnownHosts(data.Database, TimeProvider.System).ForgetAsync(Operator, "a");
        await new KnownConsumers(data.Database, TimeProvider.System).ForgetAsync(Operator, "orders");
        await watch.LookAsync(Token);
        Assert.Empty(await desk.OpenAsync(Token));
        await Assert.ThrowsAsync<OperationRefusedException>(() => new KnownHosts(data.Database, TimeProvider.System).ForgetAsync(Operator, "a"));
    }

    [Theory]
    [MemberData(nameof(Homes))]
    public async Task Somebody_looks_after_an_alert_or_puts_it_off_until_it_is_told_of_again(string home)
    {
        await using var data = await OperationsDatabase.OpenAsync(home, postgres);
        var (watch, desk) = (Watch(data), new AlertDesk(data.Database, TimeProvider.System));
        await data.DeadAsync(data.Event("a", "canvas.task.created"), "HTTP 400");
        await data.DeadAsync(data.Event("b", "canvas.task.created"), "HTTP 422");
        await watch.LookAsync(Token);
        var (first, second) = ((await desk.OpenAsync(Token))[0].Id, (await desk.OpenAsync(Token))[1].Id);
        Assert.Equal((2, 2), await desk.CountAsync(Token));
        await desk.SnoozeAsync(Operator, first, TimeSpan.FromHours(1));
        Assert.Equal((2, 1), await desk.CountAsync(Token));
        await watch.LookAsync(Token);
        Assert.Equal(0, await data.ReadAsync<long>("SELECT count(*) FROM alert_notifications WHERE transition = 'reminded'"));
        await data.WriteAsync("UPDATE alerts SET snoozed_until = 1 WHERE snoozed_until IS NOT NULL");
        await watch.LookAsync(Token);
        await watch.LookAsync(Token);
        Assert.Equal(first, await data.ReadAsync<long>("SELECT alert FROM alert_notifications WHERE transition = 'reminded'"));
        Assert.Equal((2, 2), await desk.CountAsync(Token));

        await desk.AcknowledgeAsync(Operator, second);
        Assert.Equal([(first, null), (second, "otto")], (await desk.OpenAsync(Token)).Select(a => (a.Id, a.AcknowledgedBy)));
        await Assert.ThrowsAsync<OperationRefusedException>(() => desk.AcknowledgeAsync(Operator, second));
        await Assert.ThrowsAsync<OperationRefusedException>(() => desk.SnoozeAsync(Operator, first, TimeSpan.FromDays(8)));
        await desk.SnoozeAsync(Operator, second, TimeSpan.FromHours(1));
        await data.WriteAsync("UPDATE alerts SET snoozed_until = 1 WHERE snoozed_until IS NOT NULL");
        await watch.LookAsync(Token);
        Assert.Equal(1, await data.ReadAsync<long>("SELECT count(*) FROM alert_notifications WHERE transition = 'reminded'"));
    }

    [Fact]
    public void What_is_wrong_can_be_seen_within_15_seconds()
    {
        var options = new AlertOptions();
        var (limit, look, heartbeat) = (TimeSpan.FromSeconds(15), options.Interval, EventBus.Storage.Hosts.HeartbeatJob.Interval);

        // What RabbitMQ says of itself is up to five seconds old.
        var broker = BrokerWatch.Fresh + TimeSpan.FromSeconds(5);
        Assert.All([heartbeat + options.Steady, Causes.HostGone, ConsumerCauses.Silent, BrokerWatch.Fresh + ConsumerCauses.Unread, broker, RunningLedger.Grace + Reconciler.Interval, StorageAlert.Silent], seen => Assert.True(seen + look < limit));
        Assert.All([heartbeat, BrokerWatch.Fresh, broker, Reconciler.Interval], gone => Assert.True(gone + options.Steady + look < limit));
        Assert.True(RunningLedger.Grace > broker && ConsumerCauses.Silent < ConsumerCauses.Stopped);
        Assert.Equal(AlertKind.All.Count, AlertKind.All.Select(k => k.Name).Distinct(StringComparer.Ordinal).Count());
    }

    static AlertWatch Watch(OperationsDatabase data, TimeSpan? steady = null) => new(
        data.Database, BrokerTopology.Nowhere, [new Nobody()], Options.Create(new AlertOptions { Steady = steady ?? TimeSpan.Zero, Interval = TimeSpan.FromMinutes(1) }), TimeProvider.System, NullLogger<AlertWatch>.Instance);

    /// <summary>Hosts are missed by who has looked for as long as they may be silent; a test does not wait for it.</summary>
    static async Task LookUntilHostsCountAsync(AlertWatch watch)
    {
        await watch.LookAsync(Token);
        watch.WatchingSince = 0;
    }

    sealed class Nobody : IAlertChannel
    {
        public string Name => "webhook";

        public Task<string?> TellAsync(AlertNotification notification, CancellationToken cancellationToken) => Task.FromResult<string?>(null);
    }
}
