using EventBus.Operations;
using EventBus.Operations.Access;
using EventBus.Storage;
using EventBus.Tests.Fixtures;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EventBus.Tests.Operations;

/// <summary>What operators say of failures, and how these came, in both homes.</summary>
public sealed class FailureMarksTests(PostgresFixture postgres)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_group_is_noted_assigned_and_silent_for_a_time_or_until_it_grows(string home)
    {
        await using var data = await OperationsDatabase.OpenAsync(home, postgres);
        var time = new ShiftedClock();
        var (marks, desk) = (new FailureMarks(data.Database, time), new DeadLetterDesk(data.Database, time));
        await data.DeadAsync(data.Event("a", "canvas.task.created"), "HTTP 400");
        await new Users(data.Database, time).CreateAsync(Actor.CommandLine, "otto", "correct horse battery", Role.Admin, payloads: false);
        async Task<DeadLetterGroup> GroupAsync() => Assert.Single(await desk.GroupsAsync(Token));
        Assert.False((await GroupAsync()).IsSilent(time.GetUtcNow()));
        Assert.Null((await marks.FindAsync("HTTP 400", Token)).Note);

        await marks.NoteAsync(Actor.CommandLine, "HTTP 400", " the practice knows ");
        await marks.AssignAsync(Actor.CommandLine, "HTTP 400", "otto");
        await marks.SilenceAsync(Actor.CommandLine, "HTTP 400", TimeSpan.FromHours(1));
        var group = await GroupAsync();
        Assert.Equal(("the practice knows", "otto", true), (group.Note, group.AssignedTo, group.IsSilent(time.GetUtcNow())));
        time.Shift += TimeSpan.FromHours(1);
        Assert.False((await GroupAsync()).IsSilent(time.GetUtcNow()));

        await marks.SilenceAsync(Actor.CommandLine, "HTTP 400", null);
        Assert.True((await GroupAsync()).IsSilent(time.GetUtcNow()));
        await data.DeadAsync(data.Event("b", "canvas.task.created"), "HTTP 400");
        Assert.False((await GroupAsync()).IsSilent(time.GetUtcNow()));
        await marks.SilenceAsync(Actor.CommandLine, "HTTP 400", null);
        await marks.UnsilenceAsync(Actor.CommandLine, "HTTP 400");
        Assert.False((await GroupAsync()).IsSilent(time.GetUtcNow()));

        await marks.NoteAsync(Actor.CommandLine, "HTTP 400", "");
        await marks.AssignAsync(Actor.CommandLine, "HTTP 400", "");
        var mark = await marks.FindAsync("HTTP 400", Token);
        Assert.Equal((null, null, Actor.CommandLine.Name), (mark.Note, mark.AssignedTo, mark.ChangedBy));
        await Assert.ThrowsAsync<OperationRefusedException>(() => marks.AssignAsync(Actor.CommandLine, "HTTP 400", "nobody"));
        await Assert.ThrowsAsync<OperationRefusedException>(() => marks.NoteAsync(Actor.CommandLine, "another", "x"));
        await Assert.ThrowsAsync<OperationRefusedException>(() => marks.SilenceAsync(Actor.CommandLine, "HTTP 400", TimeSpan.FromDays(91)));
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task What_was_said_is_kept_as_long_as_there_are_dead_letters_of_the_cause(string home)
    {
        await using var data = await OperationsDatabase.OpenAsync(home, postgres);
        var time = new ShiftedClock();
        var marks = new FailureMarks(data.Database, time);
        await data.DeadAsync(data.Event("a", "canvas.task.created"), "HTTP 400");
        await marks.NoteAsync(Actor.CommandLine, "HTTP 400", "kept");
        var retention = new RetentionJob(data.Database, Options.Create(new RetentionOptions()), time, NullLogger<RetentionJob>.Instance);
        time.Shift += TimeSpan.FromDays(91);
        await retention.RunAsync(Token);
        Assert.Equal("kept", (await marks.FindAsync("HTTP 400", Token)).Note);
        await data.WriteAsync("DELETE FROM dead_letters");
        await retention.RunAsync(Token);
        Assert.Null((await marks.FindAsync("HTTP 400", Token)).Note);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Deaths_are_counted_by_hour_and_retries_by_what_became_of_them(string home)
    {
        await using var data = await OperationsDatabase.OpenAsync(home, postgres);
        var trends = new DeadLetterTrends(data.Database, TimeProvider.System);
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        async Task DieAsync(string id, string cause, double hoursAgo) =>
            await data.WriteAsync($"UPDATE dead_letters SET died_at = {now - (long)(hoursAgo * 3_600_000)} WHERE delivery = {await data.DeadAsync(data.Event(id, "canvas.task.created"), cause)}");
        await DieAsync("a", "one", 0.1);
        await DieAsync("b", "one", 0.2);
        await DieAsync("c", "one", 2.5);
        await DieAsync("d", "two", 23.5);
        await DieAsync("e", "two", 25);
        var all = await trends.ReadAsync(null, Token);
        Assert.Equal((DeadLetterTrends.Hours, 2, 1, 3), (all["one"].Count, all["one"][^1], all["one"][^3], all["one"].Sum()));
        Assert.Equal((1, 1), (all["two"][0], all["two"].Sum()));
        Assert.Equal(["one"], (await trends.ReadAsync("one", Token)).Keys);

        await data.WriteAsync("UPDATE dead_letters SET state = 'retried' WHERE cause_group = 'one'");
        await data.WriteAsync("UPDATE deliveries SET state = 1 WHERE event_id = 'a'");
        await data.WriteAsync("UPDATE deliveries SET state = 0 WHERE event_id = 'b'");
        var retried = await trends.RetriedAsync("one", Token);
        Assert.Equal((1, 1, 1), (retried[DeliveryState.Processed], retried[DeliveryState.Waiting], retried[DeliveryState.Dead]));
    }
}
