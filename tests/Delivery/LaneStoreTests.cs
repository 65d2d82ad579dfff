using Dapper;
using EventBus.Contracts;
using EventBus.Delivery.Lanes;
using EventBus.Storage;
using EventBus.Tests.Fixtures;
using Microsoft.Extensions.Configuration;

namespace EventBus.Tests.Delivery;

/// <summary>Events that are stored in a lane, on both homes.</summary>
public sealed class LaneStoreTests(PostgresFixture postgres) : IDisposable
{
    readonly TempDirectory _directory = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    /// <summary>The numbers of a subject have no gaps that are not events: a receiver takes a gap for a loss.</summary>
    [Theory]
    [InlineData("sqlite", 1)]
    [InlineData("sqlite", 7)]
    [InlineData("postgres", 1)]
    [InlineData("postgres", 7)]
    public async Task What_comes_again_takes_neither_a_place_nor_a_number(string home, int times)
    {
        await using var database = await OpenAsync(home);
        var store = new LaneStore(database, "webhooks", "webhooks-0", TimeProvider.System);
        Task<IReadOnlyList<StoredRow>> StoreAsync(params IEnumerable<string> ids) => store.StoreAsync([.. ids.Select(Plan)], epoch: 1, logPosition: null);

        var first = await StoreAsync("a1", "b1", "a2");
        var again = await StoreAsync(Enumerable.Repeat<string[]>(["a1", "a3", "b1", "a3", "b2", "-1"], times).SelectMany(i => i));
        Assert.Empty(await StoreAsync("a1", "b2"));
        var last = await StoreAsync("b3", "a4");

        Assert.Equal(["a1 1", "a2 2", "a3 3", "a4 4", "b1 1", "b2 2", "b3 3", "-1 "], All(r => r.Target.Endpoint == "there").Select(r => $"{r.Planned.Incoming.Event!.Id} {r.Sequence}")
            .OrderBy(r => r[0] == '-').ThenBy(r => r, StringComparer.Ordinal));
        Assert.Equal(["a1", "b1", "a2", "a3", "b2", "-1", "b3", "a4"], All(r => r.Target.Endpoint.Length == 0).OrderBy(r => r.Position).Select(r => r.Planned.Incoming.Event!.Id));
        Assert.Equal(Enumerable.Range(1, 8).Select(i => (long)i), All(r => r.Target.Endpoint == "there").Select(r => r.Position).Order());
        Assert.Equal(8, await store.PositionAsync());
        await using var connection = await database.ConnectAsync(Token);
        Assert.Equal(
            All(_ => true).Select(r => (r.Id, r.Position, r.Sequence)).Order(),
            (await connection.QueryAsync<(long, long, long?)>("SELECT id, position, sequence FROM deliveries")).Order());

        IEnumerable<StoredRow> All(Func<StoredRow, bool> where) => first.Concat(again).Concat(last).Where(where);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Who_no_longer_holds_the_lane_stores_nothing(string home)
    {
        await using var database = await OpenAsync(home);
        var store = new LaneStore(database, "webhooks", "webhooks-0", TimeProvider.System);
        await Assert.ThrowsAsync<LaneLostException>(() => store.StoreAsync([Plan("a1")], epoch: 0, logPosition: 5));

        Assert.Equal((0, 0), (await store.PositionAsync(), await store.LogPositionAsync()));
        await using var connection = await database.ConnectAsync(Token);
        Assert.Equal(0, await connection.QuerySingleAsync<int>("SELECT (SELECT count(*) FROM deliveries) + (SELECT count(*) FROM subject_sequences)"));
    }

    /// <summary>The first letter of the id is the subject; <c>-</c> stands for none.</summary>
    static PlannedEvent Plan(string id)
    {
        var @event = new UnclassifiedEvent { Id = id, Source = "/tests", Type = "tests.thing.made", Subject = id[0] == '-' ? null : id[..1] };
        return new PlannedEvent(new Incoming(@event, [1]), new PlannedTarget("", DeliveryState.Processed), [new PlannedTarget("there", DeliveryState.Waiting)]);
    }

    async Task<Database> OpenAsync(string home)
    {
        var settings = home == "postgres" ? await postgres.NewDatabaseAsync() : [new("EventBus:DataDirectory", _directory.FullName)];
        var database = StorageExtensions.Create(new ConfigurationBuilder().AddInMemoryCollection(settings).Build(), owned: true);
        await database.OpenAsync(Token);
        await database.TransactAsync(t => t.Connection!.ExecuteAsync("INSERT INTO lanes (name, epoch) VALUES ('webhooks-0', 1)", transaction: t), Token);
        return database;
    }
}
