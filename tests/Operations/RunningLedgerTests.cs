using EventBus.Operations;
using EventBus.Tests.Fixtures;

namespace EventBus.Tests.Operations;

/// <summary>The ledger as it is counted every few seconds, in both homes.</summary>
public sealed class RunningLedgerTests(PostgresFixture postgres)
{
    public static TheoryData<string> Homes => ["sqlite", "postgres"];

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Homes))]
    public async Task What_is_lost_differs_seconds_later_wherever_in_the_hour_it_is_and_what_was_replayed_does_not(string home)
    {
        await using var data = await OpenAsync(home);
        var ledger = new RunningLedger(new Ledger(data.Database), rest: 0);
        var now = DateTimeOffset.UtcNow;
        for (var minutes = 0; minutes < 60; minutes += 10)
        {
            await data.TakenAsync($"e-{minutes}", now.AddMinutes(-minutes - 0.5));
        }

        Assert.Equal((6, 0), await CountAsync(ledger, now));
        await data.WriteAsync("DELETE FROM deliveries WHERE event_id IN ('e-0', 'e-40')");

        // What is a minute old at most is counted each time, the rest in turns of the hour.
        Assert.Equal((6, 1), await CountAsync(ledger, now));
        await UntilAsync(ledger, now, 2);
        await data.WriteAsync("INSERT INTO deliveries (consumer, endpoint, event_key, lane, position, subject_key, event_id, source, type, replay, state, accepted_at, stored_at) VALUES ('orders', '', 'again', 'orders/0', 9, 's', 'e-40', 'canvas', 'canvas.task.created', 'r', 1, 0, 0)");

        // What differs is counted each time, however old it is.
        Assert.Equal((6, 1), await CountAsync(ledger, now));
        Assert.Equal(["e-0"], (await new Ledger(data.Database).MissingAsync("orders", "", now.AddHours(-1), now, 10, Token)).Select(e => e.Id));
        Assert.Equal(1, (await new Ledger(data.Database).CountAsync(now.AddHours(-1), now, Token)).Single().Difference);
        Assert.Equal((0, 0), await CountAsync(ledger, now.AddHours(2)));
    }

    [Theory]
    [MemberData(nameof(Homes))]
    public async Task What_may_be_on_its_way_is_missed_only_after_half_a_minute(string home)
    {
        await using var data = await OpenAsync(home);
        var now = DateTimeOffset.UtcNow;
        await data.ArchiveAsync(data.Event("lost", "canvas.task.created", accepted: now));
        async Task<long> After(double seconds, long? queued) => (await CountAsync(new RunningLedger(new Ledger(data.Database)), DateTimeOffset.UtcNow.AddSeconds(seconds), queued)).Difference;

        Assert.Equal((0, 1), (await After(0, 0), await After(9, 0)));
        Assert.Equal((0, 0), (await After(9, 1), await After(9, null)));
        Assert.Equal((1, 1), (await After(31, 1), await After(31, null)));

        // In one process: what the consumer has not read of the log.
        await data.WriteAsync("INSERT INTO lanes (name, log_position) VALUES ('orders/0', 1)");
        Assert.Equal(1, await After(9, 0));
        await data.ArchiveAsync(data.Event("unread", "canvas.task.created", accepted: now));
        Assert.Equal((1, 2), (await After(9, 0), await After(31, 0)));
    }

    [Theory]
    [MemberData(nameof(Homes))]
    public async Task What_has_come_is_counted_once_and_missed_eight_seconds_later_while_nothing_else_is_counted_again(string home)
    {
        await using var data = await OpenAsync(home);
        var ledger = new RunningLedger(new Ledger(data.Database), rest: 1e9);
        var start = DateTimeOffset.UtcNow;
        await data.TakenAsync("before", start.AddMinutes(-30));
        Assert.Equal((1, 0), await CountAsync(ledger, start));
        await data.TakenAsync("taken", start);
        await data.ArchiveAsync(data.Event("lost", "canvas.task.created", accepted: start.AddMinutes(-20)));
        Assert.Equal((1, 0), await CountAsync(ledger, start.AddSeconds(2)));
        Assert.Equal((1, 0), await CountAsync(ledger, start.AddSeconds(9)));
        Assert.Equal((3, 1), await CountAsync(ledger, start.AddSeconds(10)));
        Assert.Equal((3, 1), await CountAsync(ledger, start.AddSeconds(12)));

        // What vanishes is seen when all is counted again; what differs is counted again each time.
        await data.WriteAsync("DELETE FROM deliveries WHERE event_id = 'before'");
        await data.WriteAsync($"INSERT INTO deliveries (consumer, endpoint, event_key, lane, position, subject_key, event_id, source, type, state, accepted_at, stored_at) SELECT 'orders', '', event_key, 'orders/0', 9, 's', id, source, type, 1, 0, 0 FROM events WHERE id = 'lost'");
        Assert.Equal((3, 0), await CountAsync(ledger, start.AddSeconds(14)));
        Assert.Equal((3, 1), await CountAsync(new RunningLedger(new Ledger(data.Database)), start.AddSeconds(14)));

        // A clock that is set back keeps nothing from being counted.
        await data.TakenAsync("later", start);
        for (var second = -60; second <= -50; second += 2)
        {
            await CountAsync(ledger, start.AddSeconds(second));
        }

        Assert.Equal((4, 0), await CountAsync(ledger, start.AddSeconds(-48)));
    }

    [Theory]
    [MemberData(nameof(Homes))]
    public async Task What_a_consumer_had_not_read_when_it_was_counted_is_missed_once_it_has(string home)
    {
        await using var data = await OpenAsync(home);
        var ledger = new RunningLedger(new Ledger(data.Database), rest: 1e9);
        var start = DateTimeOffset.UtcNow;
        await data.TakenAsync("read", start.AddMinutes(-30));
        await data.WriteAsync("INSERT INTO lanes (name, log_position) VALUES ('orders/0', 1)");
        Assert.Equal((1, 0), await CountAsync(ledger, start));
        await data.ArchiveAsync(data.Event("unread", "canvas.task.created", accepted: start));
        Assert.Equal((1, 0), await CountAsync(ledger, start.AddSeconds(2)));
        Assert.Equal((2, 0), await CountAsync(ledger, start.AddSeconds(10)));
        await data.WriteAsync("UPDATE lanes SET log_position = 2");
        Assert.Equal((2, 1), await CountAsync(ledger, start.AddSeconds(12)));
    }

    [Theory]
    [MemberData(nameof(Homes))]
    public async Task Each_of_many_that_differ_clears(string home)
    {
        await using var data = await OpenAsync(home);
        var ledger = new RunningLedger(new Ledger(data.Database));
        var now = DateTimeOffset.UtcNow;
        for (var i = 0; i < 25; i++)
        {
            await data.TakenAsync($"e-{i}", now.AddMinutes(-i - 5));
        }

        await data.WriteAsync("UPDATE deliveries SET event_key = '-' || event_key");
        Assert.Equal((25, 25), await CountAsync(ledger, now));
        await data.WriteAsync("UPDATE deliveries SET event_key = substr(event_key, 2)");
        await UntilAsync(ledger, now, 0, rounds: 3);
    }

    [Theory]
    [MemberData(nameof(Homes))]
    public async Task Of_thousands_of_types_what_is_asked_for_counts(string home)
    {
        await using var data = await OpenAsync(home);
        await data.WriteAsync("UPDATE consumers SET patterns = 'acme.a.#\nacme.b.seven'");
        var now = DateTimeOffset.UtcNow;
        var at = now.AddSeconds(-50).ToUnixTimeMilliseconds();
        foreach (var (word, last) in (IReadOnlyList<(string, int)>)[("a", 2500), ("b", 700)])
        {
            await data.WriteAsync(
                $"""
                 WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {last})
                 INSERT INTO events (event_key, id, source, type, family, accepted_at, archived_at, body)
                 SELECT '{word}' || n, '{word}' || n, 'acme', 'acme.{word}.t' || n, 'other', {at}, 1, CAST('' AS {(home == "sqlite" ? "BLOB" : "BYTEA")}) FROM numbers
                 """);
        }

        await data.WriteAsync("UPDATE events SET type = 'acme.b.seven' WHERE id = 'b7'");
        Assert.Equal((2501, 2501), await CountAsync(new RunningLedger(new Ledger(data.Database)), now));
    }

    /// <summary>As in the first minute of a database, or of an endpoint in a large one.</summary>
    [Fact]
    public async Task What_PostgreSQL_has_no_statistics_of_is_counted_as_well()
    {
        await using var data = await OpenAsync("postgres");
        var now = DateTimeOffset.UtcNow;
        await data.WriteAsync("ALTER TABLE events SET (autovacuum_enabled = false); ALTER TABLE deliveries SET (autovacuum_enabled = false)");
        await data.WriteAsync(
            $"""
             INSERT INTO events (event_key, id, source, type, family, accepted_at, archived_at, body)
             SELECT md5(n::text), 'e-' || n, 'canvas', 'canvas.task.created', 'task', {now.AddSeconds(-50).ToUnixTimeMilliseconds()} + n, 1, '' FROM generate_series(1, 30000) n;
             INSERT INTO deliveries (consumer, endpoint, event_key, lane, position, subject_key, event_id, source, type, state, accepted_at, stored_at)
             SELECT 'orders', '', event_key, 'orders/0', position, 's', id, source, type, 1, accepted_at, 0 FROM events
             """);

        Assert.Equal((30000, 0), await CountAsync(new RunningLedger(new Ledger(data.Database)), now));
        Assert.Empty(await new Ledger(data.Database).MissingAsync("orders", "", now.AddHours(-1), now, 10, Token));
        Assert.Equal(0, (await new Ledger(data.Database).CountAsync(now.AddHours(-1), now, Token)).Single().Difference);
    }

    async Task<OperationsDatabase> OpenAsync(string home)
    {
        var data = await OperationsDatabase.OpenAsync(home, postgres);
        await data.WriteAsync("INSERT INTO consumers (name, endpoint, patterns, since) VALUES ('orders', '', '#', 0)");
        return data;
    }

    static async Task<(long Accepted, long Difference)> CountAsync(RunningLedger ledger, DateTimeOffset now, long? queued = 0)
    {
        var standing = Assert.Single(await ledger.CountAsync(now, _ => queued, Token));
        return (standing.Accepted, standing.Difference);
    }

    static async Task UntilAsync(RunningLedger ledger, DateTimeOffset now, long difference, int rounds = 150)
    {
        for (var round = 1; (await CountAsync(ledger, now)).Difference != difference; round++)
        {
            Assert.True(round < rounds, $"It should differ by {difference}.");
        }
    }
}
