using System.Text;
using EventBus.Contracts;
using EventBus.Operations;
using EventBus.Operations.Access;
using EventBus.Storage;
using EventBus.Tests.Fixtures;

namespace EventBus.Tests.Operations;

public sealed class OperationsTests(PostgresFixture postgres)
{
    public static TheoryData<string> Homes => ["sqlite", "postgres"];

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Homes))]
    public async Task Events_are_found_by_each_part_of_a_filter(string home)
    {
        await using var data = await OperationsDatabase.OpenAsync(home, postgres);
        await data.ArchiveAsync(data.Event("a", "canvas.appointment.canceled", "p-1", DateTimeOffset.UnixEpoch.AddHours(1)));
        await data.ArchiveAsync(data.Event("b", "careportals.order.created", "p-2", DateTimeOffset.UnixEpoch.AddHours(2)), unrouted: true);
        var query = new EventQuery(data.Database);

        async Task<string> Found(EventFilter filter) => string.Concat((await query.SearchAsync(filter, null, 10, Token)).Events.Select(e => e.Id));
        Assert.Equal("ba", await Found(new EventFilter()));
        Assert.Equal("a", await Found(new EventFilter { Id = "a" }));
        Assert.Equal("a", await Found(new EventFilter { Type = "canvas.appointment.canceled" }));
        Assert.Equal("a", await Found(new EventFilter { Type = "*.appointment.#" }));
        Assert.Equal("b", await Found(new EventFilter { Type = "*.*.created" }));
        Assert.Equal("", await Found(new EventFilter { Type = "canvas_.#" }));
        Assert.Equal("b", await Found(new EventFilter { Family = "order" }));
        Assert.Equal("b", await Found(new EventFilter { Source = "careportals" }));
        Assert.Equal("", await Found(new EventFilter { Tenant = "north" }));
        Assert.Equal("b", await Found(new EventFilter { Subject = "p-2" }));
        Assert.Equal("b", await Found(new EventFilter { From = DateTimeOffset.UnixEpoch.AddHours(2) }));
        Assert.Equal("a", await Found(new EventFilter { To = DateTimeOffset.UnixEpoch.AddHours(2) }));
        Assert.Equal("b", await Found(new EventFilter { Unrouted = true }));
    }

    [Theory]
    [MemberData(nameof(Homes))]
    public async Task That_nobody_asked_for_an_event_is_known_whichever_copy_comes_first_or_both_at_once(string home)
    {
        await using var data = await OperationsDatabase.OpenAsync(home, postgres);
        foreach (var (id, copies) in new (string, bool[][])[] { ("a", [[true], [false]]), ("b", [[false], [true]]), ("c", [[false, true]]), ("d", [[true, false]]), ("e", [[false, false]]) })
        {
            var e = data.Event(id, "canvas.task.created");
            foreach (var batch in copies)
            {
                await data.Archive.AppendAsync([.. batch.Select(unrouted => OperationsDatabase.Archived(e, unrouted))]);
            }
        }

        Assert.Equal(["d", "c", "b", "a"], (await new EventQuery(data.Database).SearchAsync(new EventFilter { Unrouted = true }, null, 10, Token)).Events.Select(e => e.Id));
    }

    [Theory]
    [MemberData(nameof(Homes))]
    public async Task Pages_are_full_and_leave_nothing_out_where_only_code_can_tell_what_matches(string home)
    {
        await using var data = await OperationsDatabase.OpenAsync(home, postgres);
        for (var i = 0; i < 12; i++)
        {
            await data.ArchiveAsync(data.Event($"{i:00}", i % 3 == 0 ? "canvas.task.created" : "canvas.task.updated", $"s-{i % 2}"));
        }

        var query = new EventQuery(data.Database);
        var filter = new EventFilter { Type = "#.created" };
        var page = await query.SearchAsync(filter, null, 2, Token);
        Assert.Equal(["09", "06"], page.Events.Select(e => e.Id));
        Assert.Equal(["03", "00"], (await query.SearchAsync(filter, page.Next, 2, Token)).Events.Select(e => e.Id));
        var read = await query.ReadAsync(filter, 0, await query.LastPositionAsync(Token), 3, Token);
        Assert.Equal(["00", "03", "06"], read.Select(e => e.Id));
        Assert.Equal("00", EventJson.Parse(read[0].Body).Id);
        Assert.Equal((4, 1), await query.CountAsync(filter, long.MaxValue, Token));
        var selection = await query.SelectAsync(filter, long.MaxValue, 1, Token);
        Assert.Equal((4, 2, "s-0", "00", "09"), (selection.Total, selection.Subjects, Assert.Single(selection.FirstSubjects), selection.First!.Id, selection.Last!.Id));
    }

    [Theory]
    [MemberData(nameof(Homes))]
    public async Task The_newest_are_those_that_were_accepted_last_however_late_they_came_and_pages_leave_none_out(string home)
    {
        await using var data = await OperationsDatabase.OpenAsync(home, postgres);
        foreach (var (id, minute) in new[] { ("c", 3), ("e", 5), ("a", 1), ("d", 3), ("b", 2) })
        {
            await data.ArchiveAsync(data.Event(id, "canvas.task.created", accepted: DateTimeOffset.UnixEpoch.AddMinutes(minute)));
        }

        var query = new EventQuery(data.Database);
        var filter = new EventFilter { From = DateTimeOffset.UnixEpoch.AddMinutes(2), To = DateTimeOffset.UnixEpoch.AddMinutes(5) };
        var pages = new List<string>();
        for (EventCursor? next = null; pages is [] || next is not null;)
        {
            (var events, next) = await query.SearchAsync(filter, next, 1, Token);
            pages.Add(string.Concat(events.Select(e => e.Id)));
        }

        Assert.Equal(["d", "c", "b", ""], pages);
    }

    [Theory]
    [MemberData(nameof(Homes))]
    public async Task A_search_looks_through_so_many_events_and_says_how_far_it_came(string home)
    {
        await using var data = await OperationsDatabase.OpenAsync(home, postgres);
        await data.ArchiveAsync(data.Event("old", "canvas.task.created"));
        await data.WriteAsync($"""
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {EventQuery.Scan})
            INSERT INTO events (event_key, id, source, type, family, accepted_at, archived_at, body)
            SELECT 'k' || i, 'e' || i, 'careportals', 'careportals.order.created', 'order', i, i, body FROM n, (SELECT body FROM events WHERE id = 'old') AS b
            """);

        var query = new EventQuery(data.Database);
        foreach (var filter in (EventFilter[])[new() { Source = "canvas" }, new() { Type = "canvas.#" }, new() { Family = "task" }])
        {
            var first = await query.SearchAsync(filter, null, 10, Token);
            Assert.Empty(first.Events);
            Assert.Equal(1, first.Next!.Value.AcceptedAt);
            var second = await query.SearchAsync(filter, first.Next, 10, Token);
            Assert.Equal("old", Assert.Single(second.Events).Id);
            Assert.Null(second.Next);
        }

        Assert.Equal("old", Assert.Single((await query.SearchAsync(new EventFilter { Id = "old" }, null, 10, Token)).Events).Id);
        Assert.Equal("old", Assert.Single((await query.SearchAsync(new EventFilter { Type = "canvas.task.created" }, null, 10, Token)).Events).Id);
    }

    [Theory]
    [MemberData(nameof(Homes))]
    public async Task Dead_letters_of_a_group_are_retried_once(string home)
    {
        await using var data = await OperationsDatabase.OpenAsync(home, postgres);
        var desk = new DeadLetterDesk(data.Database, TimeProvider.System);
        await data.DeadAsync(data.Event("a", "canvas.task.created"), "HTTP 500");
        await data.DeadAsync(data.Event("b", "canvas.task.created"), "HTTP 500");
        var other = await data.DeadAsync(data.Event("c", "canvas.task.created"), "timeout");

        Assert.Equal([("HTTP 500", 2L), ("timeout", 1L)], (await desk.GroupsAsync(Token)).Select(g => (g.Cause, g.Count)));
        Assert.Equal(2, await desk.RetryAsync(Actor.CommandLine, new DeadLetterFilter(CauseGroup: "HTTP 500")));
        Assert.Equal(0, await desk.RetryAsync(Actor.CommandLine, new DeadLetterFilter(CauseGroup: "HTTP 500")));
        Assert.Equal(other, Assert.Single(await desk.ListAsync(new DeadLetterFilter(State: "dead"), null, 10, Token)).Delivery);
    }

    [Theory]
    [MemberData(nameof(Homes))]
    public async Task An_edited_dead_letter_is_the_same_event_and_its_original_is_kept(string home)
    {
        await using var data = await OperationsDatabase.OpenAsync(home, postgres);
        var desk = new DeadLetterDesk(data.Database, TimeProvider.System);
        var dead = data.Event("a", "canvas.task.created");
        var delivery = await data.DeadAsync(dead, "HTTP 400");
        var edited = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(EventJson.ToUtf8Bytes(dead)).Replace("\"number\":1", "\"number\":2", StringComparison.Ordinal));

        await Assert.ThrowsAsync<OperationRefusedException>(() => desk.EditAndRetryAsync(Actor.CommandLine, delivery, EventJson.ToUtf8Bytes(dead with { Subject = "another" })));
        await Assert.ThrowsAsync<OperationRefusedException>(() => desk.EditAndRetryAsync(Actor.CommandLine, delivery, "{}"u8.ToArray()));
        await desk.EditAndRetryAsync(Actor.CommandLine, delivery, edited);
        await Assert.ThrowsAsync<OperationRefusedException>(() => desk.EditAndRetryAsync(Actor.CommandLine, delivery, edited));

        Assert.Equal(edited, await desk.PayloadAsync(delivery, Token));
        Assert.Equal(EventJson.ToUtf8Bytes(dead), await data.ReadAsync<byte[]>("SELECT original FROM dead_letters"));
        var letter = Assert.Single(await desk.ListAsync(new DeadLetterFilter(), null, 10, Token));
        Assert.Equal(("retry", true), (letter.State, letter.Edited));
    }

    [Theory]
    [MemberData(nameof(Homes))]
    public async Task A_dead_letter_is_discarded_with_a_reason_and_counts_as_discarded(string home)
    {
        await using var data = await OperationsDatabase.OpenAsync(home, postgres);
        var desk = new DeadLetterDesk(data.Database, TimeProvider.System);
        var delivery = await data.DeadAsync(data.Event("a", "canvas.task.created"), "HTTP 400");

        await Assert.ThrowsAsync<OperationRefusedException>(() => desk.DiscardAsync(Actor.CommandLine, new DeadLetterFilter(delivery), " "));
        Assert.Equal(1, await desk.DiscardAsync(Actor.CommandLine, new DeadLetterFilter(delivery), "test data"));
        Assert.Equal(0, await desk.RetryAsync(Actor.CommandLine, new DeadLetterFilter(delivery)));
        Assert.Equal((int)DeliveryState.Discarded, await data.ReadAsync<int>("SELECT state FROM deliveries"));
    }

    [Theory]
    [MemberData(nameof(Homes))]
    public async Task A_replay_is_planned_made_for_a_known_consumer_and_changes_state_only_from_where_it_can(string home)
    {
        await using var data = await OperationsDatabase.OpenAsync(home, postgres);
        await data.ArchiveAsync(data.Event("a", "canvas.task.created", "s-1"));
        await data.ArchiveAsync(data.Event("b", "canvas.task.created", "s-2"));
        await data.WriteAsync("INSERT INTO consumers (name, endpoint, patterns, since) VALUES ('orders', '', '#', 0)");
        var replays = new Replays(data.Database, TimeProvider.System);
        var filter = new EventFilter { Type = "canvas.task.#" };

        var plan = await replays.PlanAsync(filter, "orders", "", Token);
        Assert.Equal((2, 2, "a", "b"), (plan.Total, plan.Subjects, plan.First!.Id, plan.Last!.Id));
        await Assert.ThrowsAsync<OperationRefusedException>(() => replays.StartAsync(Actor.CommandLine, filter, "nobody", "", 10, Token));
        await Assert.ThrowsAsync<OperationRefusedException>(() => replays.StartAsync(Actor.CommandLine, filter, "orders", "nowhere", 10, Token));
        await Assert.ThrowsAsync<OperationRefusedException>(() => replays.StartAsync(Actor.CommandLine, filter, "orders", "", 0, Token));
        var id = await replays.StartAsync(Actor.CommandLine, filter, "orders", "", 10, Token);

        Assert.False(await replays.ResumeAsync(Actor.CommandLine, id));
        Assert.True(await replays.PauseAsync(Actor.CommandLine, id));
        Assert.True(await replays.ResumeAsync(Actor.CommandLine, id));
        Assert.True(await replays.CancelAsync(Actor.CommandLine, id));
        Assert.False(await replays.ResumeAsync(Actor.CommandLine, id));
        var replay = Assert.Single(await replays.ListAsync(10, Token));
        Assert.Equal(("canceled", 2), (replay.State, replay.Total));
        Assert.Equal(System.Text.Json.JsonSerializer.Serialize(filter), replay.Filter);
    }
}
