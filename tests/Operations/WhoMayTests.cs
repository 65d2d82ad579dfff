using EventBus.Delivery;
using EventBus.Operations;
using EventBus.Operations.Access;
using EventBus.Operations.Alerts;
using EventBus.Operations.Audit;
using EventBus.Operations.Broker;
using EventBus.Storage;
using EventBus.Tests.Fixtures;
using Microsoft.Extensions.Options;

namespace EventBus.Tests.Operations;

/// <summary>Permissions, accounts, sessions and the audit log, where both faces come by.</summary>
public sealed class WhoMayTests(PostgresFixture postgres, RabbitMqFixture broker)
{
    const string Password = "correct horse battery";

    static readonly Actor Viewer = new("vera", Role.Viewer, Payloads: false, Actor.Console);
    static readonly Actor Operator = new("otto", Role.Operator, Payloads: false, Actor.Console);
    static readonly Actor Admin = new("ada", Role.Admin, Payloads: true, Actor.Console);

    public static TheoryData<string> Homes => ["sqlite", "postgres"];

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Homes))]
    public async Task Each_action_asks_for_its_permission_and_is_noted(string home)
    {
        await using var data = await OperationsDatabase.OpenAsync(home, postgres);
        await data.WriteAsync("INSERT INTO consumers (name, endpoint, patterns, since) VALUES ('webhooks', 'sink', '#', 0)");
        var event_ = data.Event("a", "canvas.task.created");
        await data.ArchiveAsync(event_);
        var dead = await data.DeadAsync(event_, "HTTP 400");
        var (desk, endpoints, replays, users, audit) = (
            new DeadLetterDesk(data.Database, TimeProvider.System), new Endpoints(data.Database, TimeProvider.System), new Replays(data.Database, TimeProvider.System),
            new Users(data.Database, TimeProvider.System), new AuditLog(data.Database, TimeProvider.System));
        var keys = new PublisherKeys(data.Database, TimeProvider.System);
        var (marks, records) = (new FailureMarks(data.Database, TimeProvider.System), new Records(data.Database, TimeProvider.System));
        await data.WriteAsync("INSERT INTO records (kind, key, updated_at) VALUES ('command', 'k', 1)");
        var added = new EndpointDesk(data.Database, new AddressGuard(Options.Create(new DeliveryOptions())), TimeProvider.System);
        var letter = new DeadLetterFilter(dead);
        var again = $"UPDATE dead_letters SET state = 'dead' WHERE delivery = {dead}";
        const string host = "INSERT INTO hosts (name, service, started_at, seen_at, broker) VALUES ('web-1', 'Gateway', 0, 0, 0) ON CONFLICT (name) DO NOTHING";
        var alerts = new AlertDesk(data.Database, TimeProvider.System);
        await data.WriteAsync("INSERT INTO alerts (cause, kind, severity, text, since, raised_at, seen_at) VALUES ('broker', 'broker', 'critical', '', 0, 0, 0)");
        await users.CreateAsync(Actor.CommandLine, "other", Password, Role.Admin, payloads: false);
        await using var stale = await BrokerTopology.CreateAsync(await broker.GetAsync());
        await stale.ConsumerAsync("gone", partitions: 0);
        var topology = new TopologyDesk(stale.Client, data.Database, TimeProvider.System);
        (string Action, Permission Permission, Func<Actor, Task> Do)[] actions =
        [
            ("dead.retry", Permission.Operate, a => desk.RetryAsync(a, letter)),
            ("dead.discard", Permission.Operate, async a => { await data.WriteAsync(again); await desk.DiscardAsync(a, letter, "a test"); }),
            ("dead.reveal", Permission.Payloads, a => desk.RevealAsync(a, dead, "a test", Token)),
            ("events.reveal", Permission.Payloads, a => new Reveals(data.Database, TimeProvider.System).NoteAsync(a, ["a"], "a test")),
            ("dead.edit", Permission.Payloads, async a => { await data.WriteAsync(again); await desk.EditAndRetryAsync(a, dead, EventBus.Contracts.EventJson.ToUtf8Bytes(event_)); }),
            ("dead.note", Permission.Operate, a => marks.NoteAsync(a, "HTTP 400", "a test")),
            ("dead.assign", Permission.Operate, a => marks.AssignAsync(a, "HTTP 400", "other")),
            ("dead.silence", Permission.Operate, a => marks.SilenceAsync(a, "HTTP 400", null)),
            ("dead.unsilence", Permission.Operate, a => marks.UnsilenceAsync(a, "HTTP 400")),
            ("records.reveal", Permission.Payloads, a => records.RevealAsync(a, "command", "k", "a test", Token)),
            ("endpoints.pause", Permission.Operate, a => endpoints.SetStateAsync(a, "sink", EndpointState.Paused, "a test")),
            ("endpoints.resume", Permission.Operate, a => endpoints.SetStateAsync(a, "sink", EndpointState.Enabled, null)),
            ("endpoints.add", Permission.Administer, a => added.AddAsync(a, "new", new Dictionary<string, string>(StringComparer.Ordinal) { ["Url"] = "https://93.184.215.14/", ["Events:0"] = "#" }, Token)),
            ("endpoints.edit", Permission.Administer, a => added.EditAsync(a, "new", new Dictionary<string, string?>(StringComparer.Ordinal) { ["MaxRate"] = "5" }, Token)),
            ("endpoints.rotate", Permission.Administer, a => added.RotateAsync(a, "new", EndpointDesk.Overlap)),
            ("endpoints.remove", Permission.Administer, a => added.RemoveAsync(a, "new", "a test")),
            ("replays.start", Permission.Operate, a => replays.StartAsync(a, new EventFilter(), "webhooks", "sink", 10, Token)),
            ("alerts.acknowledge", Permission.Operate, async a => { await data.WriteAsync("UPDATE alerts SET acknowledged_at = NULL"); await alerts.AcknowledgeAsync(a, 1); }),
            ("alerts.snooze", Permission.Operate, a => alerts.SnoozeAsync(a, 1, TimeSpan.FromHours(1))),
            ("hosts.forget", Permission.Operate, async a => { await data.WriteAsync(host); await new KnownHosts(data.Database, TimeProvider.System).ForgetAsync(a, "web-1"); }),
            ("keys.create", Permission.Administer, a => keys.CreateAsync(a, "sender", ["canvas"], null, null)),
            ("keys.rotate", Permission.Administer, a => keys.RotateAsync(a, "sender", TimeSpan.FromHours(1))),
            ("keys.revoke", Permission.Administer, a => keys.RevokeAsync(a, "sender", "a test")),
            ("topology.prune", Permission.Administer, a => topology.PruneAsync(a, ["exchange gone"], alsoHeld: false)),
            ("users.create", Permission.Administer, a => users.CreateAsync(a, "new", Password, Role.Viewer, payloads: false)),
            ("users.permit", Permission.Administer, a => users.PermitAsync(a, "new", Role.Operator, payloads: true)),
            ("users.password", Permission.Administer, a => users.SetPasswordAsync(a, "new", Password)),
            ("users.disable", Permission.Administer, a => users.DisableAsync(a, "new")),
            ("users.enable", Permission.Administer, a => users.EnableAsync(a, "new")),
        ];
        foreach (var (action, permission, perform) in actions)
        {
            foreach (var actor in (Actor[])[Viewer, Operator, Admin])
            {
                var before = (await audit.ListAsync(new AuditFilter(Action: action), null, 100, Token)).Count;
                if (actor.May(permission))
                {
                    await perform(actor);
                    var entry = (await audit.ListAsync(new AuditFilter(Action: action), null, 100, Token))[0];
                    Assert.Equal((actor.Name, Actor.Console), (entry.Actor, entry.Face));
                    if (action is "users.create" or "keys.create" or "keys.revoke")
                    {
                        await Assert.ThrowsAsync<OperationRefusedException>(() => perform(actor));
                    }
                }
                else
                {
                    await Assert.ThrowsAsync<NotPermittedException>(() => perform(actor));
                    Assert.Equal(before, (await audit.ListAsync(new AuditFilter(Action: action), null, 100, Token)).Count);
                }

                if (action == "dead.retry")
                {
                    await data.WriteAsync(again);
                }
            }
        }

        Assert.True(Operator.May(Permission.Operate) && !Operator.May(Permission.Payloads) && !Operator.May(Permission.Administer) && !Viewer.May(Permission.Operate));
        Assert.Null((await audit.VerifyAsync(Token)).Wrong);
    }

    [Theory]
    [MemberData(nameof(Homes))]
    public async Task The_chain_shows_what_was_changed_removed_or_added_by_hand_and_holds_under_many_at_once(string home)
    {
        await using var data = await OperationsDatabase.OpenAsync(home, postgres);
        var (users, audit) = (new Users(data.Database, TimeProvider.System), new AuditLog(data.Database, TimeProvider.System));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => users.CreateAsync(Actor.CommandLine, $"user-{i}", Password, Role.Admin, payloads: false)));
        Assert.Equal((8L, null), await audit.VerifyAsync(Token));

        await data.WriteAsync("UPDATE audit SET actor = 'nobody' WHERE number = 4");
        Assert.Equal((3L, "Entry 4 is not as it was written."), await audit.VerifyAsync(Token));
        await data.WriteAsync("DELETE FROM audit WHERE number = 4");
        Assert.Equal((3L, "Entry 4 is missing."), await audit.VerifyAsync(Token));
        await data.WriteAsync("DELETE FROM audit WHERE number > 3");
        Assert.Equal((3L, "Entry 4 is missing."), await audit.VerifyAsync(Token));
        await data.WriteAsync("UPDATE audit_head SET number = 3");
        Assert.Equal((3L, "The chain does not end with entry 3 as it was written."), await audit.VerifyAsync(Token));
        await data.WriteAsync("UPDATE audit_head SET hash = (SELECT hash FROM audit WHERE number = 3)");
        Assert.Equal((3L, null), await audit.VerifyAsync(Token));
        await data.WriteAsync("INSERT INTO audit (number, at, actor, face, action, target, count, previous, hash) VALUES (9, 0, 'x', 'cli', 'x', 'x', 1, '', '')");
        Assert.Equal((3L, "There are 1 entries beyond the end of the chain."), await audit.VerifyAsync(Token));
    }

    [Theory]
    [MemberData(nameof(Homes))]
    public async Task Wrong_passwords_lock_an_account_for_a_while_and_sessions_end(string home)
    {
        await using var data = await OperationsDatabase.OpenAsync(home, postgres);
        var time = new ShiftedClock();
        var (users, sessions) = (new Users(data.Database, time), new Sessions(data.Database, time));
        await users.CreateAsync(Actor.CommandLine, "ada", Password, Role.Admin, payloads: false);
        for (var i = 0; i < Sessions.MaxFailures; i++)
        {
            await Assert.ThrowsAsync<OperationRefusedException>(() => sessions.SignInAsync("ada", "wrong"));
        }

        await Assert.ThrowsAsync<OperationRefusedException>(() => sessions.SignInAsync("ada", Password));
        await Assert.ThrowsAsync<OperationRefusedException>(() => sessions.SignInAsync("nobody", Password));
        time.Shift += Sessions.Lock + TimeSpan.FromSeconds(1);
        var secret = await sessions.SignInAsync("ada", Password);
        Assert.Equal(("ada", Role.Admin), ((await sessions.FindAsync(secret, use: true, Token))!.UserName, (await sessions.FindAsync(secret, use: true, Token))!.Role));
        Assert.Null(await sessions.FindAsync(secret + "x", use: true, Token));

        // A page that refreshes itself does not keep a session; somebody who uses it does.
        time.Shift += Sessions.Idle - TimeSpan.FromMinutes(1);
        Assert.NotNull(await sessions.FindAsync(secret, use: true, Token));
        time.Shift += Sessions.Idle - TimeSpan.FromMinutes(1);
        Assert.NotNull(await sessions.FindAsync(secret, use: false, Token));
        time.Shift += TimeSpan.FromMinutes(2);
        Assert.Null(await sessions.FindAsync(secret, use: true, Token));

        var second = await sessions.SignInAsync("ada", Password);
        await users.SetPasswordAsync(Actor.CommandLine, "ada", Password + "!");
        Assert.Null(await sessions.FindAsync(second, use: true, Token));
        await Assert.ThrowsAsync<OperationRefusedException>(() => users.DisableAsync(Actor.CommandLine, "ada"));
        Assert.DoesNotContain(Password, await data.ReadAsync<string>("SELECT password FROM users"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Homes))]
    public async Task An_event_is_seen_by_the_session_that_gave_a_reason_for_a_minute(string home)
    {
        await using var data = await OperationsDatabase.OpenAsync(home, postgres);
        var time = new ShiftedClock();
        var reveals = new Reveals(data.Database, time);
        var event_ = data.Event("a", "canvas.task.created");
        await data.ArchiveAsync(event_);
        var (key, ada, eve) = (EventKey.Of(event_), new Session { Id = "1", UserName = "ada", Payloads = true }, new Session { Id = "2", UserName = "eve", Payloads = true });
        await Assert.ThrowsAsync<OperationRefusedException>(() => reveals.RevealAsync(ada, key, " "));
        await Assert.ThrowsAsync<NotPermittedException>(() => reveals.RevealAsync(new Session { Id = "3", UserName = "vera" }, key, "curiosity"));
        await reveals.RevealAsync(ada, key, "a question of the clinic's");
        Assert.Equal(EventBus.Contracts.EventJson.ToUtf8Bytes(event_), (await reveals.ReadAsync(ada, key, Token))!.Value.Body);
        Assert.Null(await reveals.ReadAsync(eve, key, Token));
        Assert.Equal(("a", "a question of the clinic's"), (await data.ReadAsync<string>("SELECT target FROM audit"), await data.ReadAsync<string>("SELECT reason FROM audit")));
        time.Shift += Reveals.Moment;
        Assert.Null(await reveals.ReadAsync(ada, key, Token));
    }
}
