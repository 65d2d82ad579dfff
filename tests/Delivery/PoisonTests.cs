using System.Collections.Concurrent;
using Dapper;
using EventBus.Contracts;
using EventBus.Delivery.Lanes;
using EventBus.Storage;
using EventBus.Tests.Fixtures;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventBus.Tests.Delivery;

/// <summary>An event that ends every process that begins it.</summary>
public sealed class PoisonTests(PostgresFixture postgres)
{
    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task After_five_starts_it_is_dead_alone_and_what_was_at_work_beside_it_is_handled(string home)
    {
        using var directory = new TempDirectory();
        await using var database = StorageExtensions.Create(
            new ConfigurationBuilder().AddInMemoryCollection([new("EventBus:DataDirectory", directory.FullName), .. home == "postgres" ? await postgres.NewDatabaseAsync() : []]).Build(), owned: true);
        await database.OpenAsync(TestContext.Current.CancellationToken);
        var handler = new Handler();
        var consumer = new LaneConsumer("poisoned", () => handler.Patterns, () => [handler]);
        var first = true;
        for (var life = 0; !await IsDeadAsync(database); life++)
        {
            Assert.True(life <= 5, "it was begun more than five times");
            handler.Live();
            await using var lanes = new LaneGroup(consumer, 1, database, TimeProvider.System, NullLogger.Instance);
            lanes.Start(null);
            if (first)
            {
                first = false;
                await Task.WhenAll(Enumerable.Range(0, 20).Select(i => lanes.TakeAsync(0, Incoming(i), CancellationToken.None)));
            }

            await Eventually.TrueAsync(async () => handler.IsAtWorkOnPoison || await IsDeadAsync(database), "the event is begun, or given up");
            if (handler.IsAtWorkOnPoison)
            {
                // What a killed process leaves behind: its lease is another's, and it writes nothing any more.
                await database.TransactAsync(async t => await t.Connection!.ExecuteAsync("UPDATE lanes SET epoch = epoch + 1, owner = 'another', expires_at = 9000000000000", transaction: t));
                await Eventually.TrueAsync(() => handler.IsIdle, "the process has ended");
                await database.TransactAsync(async t => await t.Connection!.ExecuteAsync("UPDATE lanes SET owner = NULL, expires_at = 0", transaction: t));
            }
        }

        Assert.Equal(5, handler.Starts["e-7"]);
        await using var last = new LaneGroup(consumer, 1, database, TimeProvider.System, NullLogger.Instance);
        last.Start(null);
        await using var connection = await database.ConnectAsync();
        await Eventually.TrueAsync(async () => await connection.QuerySingleAsync<long>("SELECT count(*) FROM deliveries WHERE state = 1") == 19, "the others are handled");
        Assert.Equal("the process ended 5 times while it was at work on this event", await connection.QuerySingleAsync<string>("SELECT cause FROM dead_letters WHERE event_id = 'e-7'"));
    }

    static async Task<bool> IsDeadAsync(Database database)
    {
        await using var connection = await database.ConnectAsync();
        return await connection.QuerySingleAsync<long>("SELECT count(*) FROM dead_letters") == 1;
    }

    static Incoming Incoming(int number)
    {
        var body = System.Text.Encoding.UTF8.GetBytes($$"""{"specversion":"1.0","id":"e-{{number}}","source":"/test","type":"test.order.changed","subject":"s-{{number}}"}""");
        return new Incoming(EventJson.Parse(body), body);
    }

    /// <summary>Hangs while several events are begun together, as if they were all at work when the process ends; alone, only the one event does.</summary>
    sealed class Handler : DeliveryTarget
    {
        int _atWork;

        public ConcurrentDictionary<string, int> Starts { get; } = new(StringComparer.Ordinal);

        public bool IsAtWorkOnPoison { get; private set; }

        public bool IsIdle => Volatile.Read(ref _atWork) == 0;

        public override string Name => "";

        public override IReadOnlyList<TypePattern> Patterns { get; } = [.. TypePattern.Read("#")];

        public override OrderPolicy Order => OrderPolicy.Hold;

        public override RetrySchedule Schedule => RetrySchedule.Default;

        public void Live() => IsAtWorkOnPoison = false;

        public override bool TryBegin(DeliveryItem item, out DateTimeOffset? askAgain)
        {
            askAgain = null;
            return true;
        }

        public override async Task<AttemptResult> AttemptAsync(DeliveryItem item, CancellationToken cancellationToken)
        {
            Starts.AddOrUpdate(item.Event.Id, 1, (_, n) => n + 1);
            if (item.Event.Id != "e-7" && item.IsSuspect)
            {
                return new AttemptResult(AttemptEnd.Processed) { StartedAt = DateTimeOffset.UtcNow };
            }

            Interlocked.Increment(ref _atWork);
            try
            {
                IsAtWorkOnPoison |= item.Event.Id == "e-7";
                await Task.Delay(Timeout.Infinite, cancellationToken);
                return new AttemptResult(AttemptEnd.Postponed);
            }
            finally
            {
                Interlocked.Decrement(ref _atWork);
            }
        }
    }
}
