using EventBus.Operations;
using EventBus.Operations.Overview;
using EventBus.Storage;
using EventBus.Tests.Fixtures;

namespace EventBus.Tests.Operations;

/// <summary>What the overview and the pages of events and endpoints read, in both homes.</summary>
public sealed class OverviewTests(PostgresFixture postgres)
{
    public static TheoryData<string> Homes => ["sqlite", "postgres"];

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Homes))]
    public async Task The_situation_says_what_comes_goes_fails_waits_and_is_unaccounted_for(string home)
    {
        await using var data = await OperationsDatabase.OpenAsync(home, postgres);
        var now = DateTimeOffset.UtcNow;
        var ms = now.ToUnixTimeMilliseconds();
        using (var room = new SituationRoom(data.Database, TimeProvider.System))
        {
            var quiet = await room.LookAsync(Token);
            Assert.Equal((0, 0, 0, null, null), (quiet.Accepted, quiet.Failed, quiet.Waiting, quiet.Oldest, quiet.Difference));
        }

        for (var i = 0; i < 20; i++)
        {
            await data.ArchiveAsync(data.Event($"e-{i}", "canvas.task.created", accepted: now), unrouted: i == 0);
        }

        await data.DeadAsync(data.Event("dead", "canvas.task.created"), "HTTP 400");
        await data.WriteAsync("INSERT INTO consumers (name, endpoint, patterns, since) VALUES ('webhooks', 'sink', '#', 0), ('webhooks', 'other', '#', 0)");
        await data.WriteAsync("INSERT INTO endpoints (name, state, changed_at) VALUES ('sink', 'paused', 0)");
        await data.WriteAsync(
            $"""
             INSERT INTO deliveries (consumer, endpoint, event_key, lane, position, subject_key, event_id, source, type, state, accepted_at, stored_at)
             VALUES ('webhooks', 'sink', 'k1', 'webhooks/0', 1, 's', 'a', 'canvas', 'canvas.task.created', 0, 0, {ms - 90_000}), ('webhooks', 'sink', 'k2', 'webhooks/0', 2, 's', 'b', 'canvas', 'canvas.task.created', 0, 0, {ms})
             """);
        await data.WriteAsync($"INSERT INTO attempts (delivery, number, started_at, duration_ms, status, error) SELECT id, 1, {ms}, 12, 500, 'HTTP 500' FROM deliveries WHERE event_key = 'k1'");
        await data.WriteAsync($"INSERT INTO attempts (delivery, number, started_at, duration_ms, status) SELECT id, 2, {ms}, 7, 204 FROM deliveries WHERE event_key = 'k1'");
        await data.WriteAsync($"INSERT INTO ledger_entries (consumer, endpoint, accepted, difference, counted_at) VALUES ('webhooks', 'sink', 20, 2, {ms}), ('webhooks', 'other', 20, -1, {ms}), ('old', '', 1, 9, 0)");

        using var busy = new SituationRoom(data.Database, TimeProvider.System);
        var situation = await busy.LookAsync(Token);
        Assert.Equal((2.0, 0.1, 0.1, 2L, 3L, 1L), (situation.Accepted, situation.Succeeded, situation.Failed, situation.Waiting, situation.Difference, situation.Unrouted));
        Assert.Equal(ms - 90_000, situation.Oldest!.Value.ToUnixTimeMilliseconds());
        Assert.Equal(("HTTP 400", 1L, 1L), (situation.Groups.Single().Cause, situation.Groups.Single().Count, situation.Groups.Single().Types));
        Assert.Equal("sink", Assert.Single(situation.Unhealthy).Name);
        Assert.Equal([(2, 7L, null), (1, 12L, "HTTP 500")], (await new Endpoints(data.Database, TimeProvider.System).AttemptsAsync("sink", 10, Token)).Select(a => (a.Number, a.DurationMs, a.Error)));
        Assert.Empty(await new Endpoints(data.Database, TimeProvider.System).AttemptsAsync("other", 10, Token));
        Assert.Equal(2, (await new Endpoints(data.Database, TimeProvider.System).AttemptsAsync(null, 10, Token)).Count);
    }

    [Theory]
    [MemberData(nameof(Homes))]
    public async Task Minutes_count_each_event_and_attempt_once_however_late_and_keep_the_most_that_waited(string home)
    {
        await using var data = await OperationsDatabase.OpenAsync(home, postgres);
        var time = new ShiftedClock();
        var minutes = new Minutes(data.Database, time);
        var now = time.GetUtcNow();
        await data.ArchiveAsync(data.Event("a", "canvas.task.created", accepted: now));
        await data.WriteAsync("INSERT INTO deliveries (consumer, endpoint, event_key, lane, position, subject_key, event_id, source, type, state, accepted_at, stored_at) VALUES ('c', '', 'k', 'c/0', 1, 's', 'a', 'canvas', 't', 0, 0, 0)");
        await data.WriteAsync($"INSERT INTO attempts (delivery, number, started_at, duration_ms, error) VALUES (1, 1, {now.ToUnixTimeMilliseconds()}, 1, 'HTTP 500')");
        await minutes.CountAsync(Token);
        await data.WriteAsync("UPDATE deliveries SET state = 1");
        await minutes.CountAsync(Token);
        await data.ArchiveAsync(data.Event("late", "canvas.task.created", accepted: now));
        await minutes.CountAsync(Token);
        await new Minutes(data.Database, time).CountAsync(Token);
        await minutes.CountAsync(Token);
        var minute = (await minutes.ReadAsync(now.AddMinutes(-10), Token)).Single(m => m.At == now.ToUnixTimeMilliseconds() / Minutes.Length * Minutes.Length);
        Assert.Equal((2, 0, 1, 1), (minute.Accepted, minute.Succeeded, minute.Failed, minute.Waiting));
    }

    [Theory]
    [MemberData(nameof(Homes))]
    public async Task Events_are_found_by_what_became_of_them_and_one_says_all_but_its_payload(string home)
    {
        await using var data = await OperationsDatabase.OpenAsync(home, postgres);
        var (a, b) = (data.Event("a", "canvas.task.created"), data.Event("b", "canvas.task.created"));
        await data.ArchiveAsync(a);
        await data.ArchiveAsync(b);
        await data.DeadAsync(a, "HTTP 400");
        var (query, history) = (new EventQuery(data.Database), new EventHistory(data.Database));
        Assert.Equal("a", Assert.Single((await query.SearchAsync(new EventFilter { Outcome = DeliveryState.Dead }, null, 10, Token)).Events).Id);
        Assert.Empty((await query.SearchAsync(new EventFilter { Outcome = DeliveryState.Waiting }, null, 10, Token)).Events);
        var states = await history.StatesAsync([EventKey.Of(a), EventKey.Of(b)], Token);
        Assert.Equal([(DeliveryState.Dead, 1)], states[EventKey.Of(a)]);
        Assert.Empty(states[EventKey.Of(b)]);
        var (record, facts) = (await history.FindAsync(EventKey.Of(a), Token))!.Value;
        Assert.Equal(("a", DeliveryState.Dead), (record.Event.Id, record.Outcomes.Single().State));
        Assert.Equal(EventBus.Contracts.EventJson.ToUtf8Bytes(a).Length, facts.Bytes);
        Assert.Null(await history.FindAsync("none", Token));
        var desk = new DeadLetterDesk(data.Database, TimeProvider.System);
        Assert.Equal(1, (await desk.StatesAsync("HTTP 400", Token))["dead"]);
        Assert.Equal(DeliveryState.Dead, (await desk.ListAsync(new DeadLetterFilter(CauseGroup: "HTTP 400") { Deliveries = [1] }, null, 10, Token)).Single().Outcome);
        Assert.Empty(await desk.ListAsync(new DeadLetterFilter { Deliveries = [] }, null, 10, Token));
    }
}
