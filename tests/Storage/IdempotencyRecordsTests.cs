using Dapper;
using EventBus.Storage;
using EventBus.Tests.Fixtures;
using EventBus.Tests.Operations;

namespace EventBus.Tests.Storage;

/// <summary>What is known again, and the log that it goes to in the same commit.</summary>
public sealed class IdempotencyRecordsTests(PostgresFixture postgres)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task What_is_new_goes_to_the_log_with_its_records_and_nothing_does_where_one_of_them_is_there(string home)
    {
        await using var data = await OperationsDatabase.OpenAsync(home, postgres);
        await using var records = new IdempotencyRecords(data.Database, TimeSpan.FromHours(1), TimeProvider.System, data.Archive);
        var appended = 0;
        data.Archive.Appended += (_, _) => appended++;

        Assert.Equal([null, null], await records.ClaimAsync([Record("a"), Record("b")], [Event("1"), Event("2")]));
        Assert.Equal(1, appended);

        // The same again, and with something new beside it: what is new is open, and whoever claimed it has to publish it.
        Assert.Equal([true], (await records.ClaimAsync([Record("a")], [Event("3")])).Select(r => r!.Confirmed));
        Assert.Equal([true, null], (await records.ClaimAsync([Record("b"), Record("c")], [Event("4"), Event("5")])).Select(r => r?.Confirmed));
        Assert.Equal([false], (await records.ClaimAsync([Record("c")])).Select(r => r!.Confirmed));
        await records.ConfirmAsync(["c"]);
        Assert.Equal([true], (await records.ClaimAsync([Record("c")])).Select(r => r!.Confirmed));

        // With other content nothing is taken, what is new beside it neither.
        Assert.Equal(["body", null], (await records.ClaimAsync([Record("a", "another"), Record("d")], [Event("6"), Event("7")])).Select(r => r?.Body));
        Assert.Equal([null], await records.ClaimAsync([Record("d")], [Event("8")]));

        // Without a log they are open until they are confirmed.
        Assert.Equal([null], await records.ClaimAsync([Record("e")]));
        Assert.Equal([false], (await records.ClaimAsync([Record("e")], [Event("9")])).Select(r => r!.Confirmed));

        Assert.Equal(2, appended);
        await using var connection = await data.Database.ConnectAsync(Token);
        Assert.Equal(["1", "2", "8"], await connection.QueryAsync<string>("SELECT id FROM events ORDER BY position"));

        IdempotencyRecord Record(string key, string body = "body") => new(key, body, [1]);

        ArchivedEvent Event(string id) => OperationsDatabase.Archived(data.Event(id, "canvas.task.created"));
    }

    [Fact]
    public async Task Many_at_once_are_each_taken_once_and_in_the_order_of_the_log()
    {
        await using var data = await OperationsDatabase.OpenAsync("sqlite", postgres);
        await using var records = new IdempotencyRecords(data.Database, TimeSpan.FromHours(1), TimeProvider.System, data.Archive);
        var events = Enumerable.Range(0, 500).Select(i => data.Event($"{i}", "canvas.task.created")).ToList();

        Assert.All(await TakeAsync(), there => Assert.Null(there.Single()));
        Assert.All(await TakeAsync(), there => Assert.True(there.Single()!.Confirmed));
        Assert.Equal(events.ConvertAll(e => e.Id), (await data.Archive.ReadAsync(0, 1000, Token)).Select(e => e.Event.Id));

        Task<IReadOnlyList<IdempotencyRecord?>[]> TakeAsync() => Task.WhenAll(events.Select(e => records.ClaimAsync(
            [new IdempotencyRecord(EventKey.Of(e), "", [])], [OperationsDatabase.Archived(e)])));
    }
}
