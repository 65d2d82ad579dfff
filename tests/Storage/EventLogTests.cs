using EventBus.Contracts;
using EventBus.Storage;
using EventBus.Tests.Fixtures;
using EventBus.Tests.Operations;

namespace EventBus.Tests.Storage;

/// <summary>The log that consumers within one process read: what its end in memory says is what the disk says.</summary>
public sealed class EventLogTests(PostgresFixture postgres)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sqlite", 1)]
    [InlineData("sqlite", 2)]
    [InlineData("sqlite", 3)]
    [InlineData("postgres", 4)]
    public async Task Whoever_reads_from_any_position_gets_what_is_on_disk(string home, int seed)
    {
        await using var data = await OperationsDatabase.OpenAsync(home, postgres);
        await using var beside = new EventArchive(data.Database, TimeProvider.System);
        await using var onDisk = new EventArchive(data.Database, TimeProvider.System);
        await using var records = new IdempotencyRecords(data.Database, TimeSpan.FromHours(1), TimeProvider.System, data.Archive);
        var random = new Random(seed);
        var known = new List<ArchivedEvent>();
        for (var round = 0; round < 150; round++)
        {
            // Some by another writer, so that a position is missing here; some with what a gateway knows them by; some that are there already, of which some become unrouted.
            var writer = random.Next(10) == 0 ? beside : data.Archive;
            await Task.WhenAll(Enumerable.Range(0, random.Next(1, 5)).Select(n =>
            {
                List<ArchivedEvent> events = [.. Enumerable.Range(0, random.Next(1, 40)).Select(_ => Next(data, random, known))];
                return writer == data.Archive && random.Next(2) == 0 ? records.ClaimAsync([new IdempotencyRecord($"{round}/{n}", "", [])], events) : writer.AppendAsync(events);
            }));
            for (var reading = 0; reading < 4; reading++)
            {
                var after = Math.Max(0, known.Count - random.Next(-2, random.Next(2) == 0 ? 60 : 4000));
                var limit = random.Next(1, 250);
                Assert.Equal(Rows(await onDisk.ReadAsync(after, limit, Token)), Rows(await ReadOnAsync(data.Archive, after, limit)));
            }
        }

        Assert.Equal(Rows(await onDisk.ReadAsync(0, int.MaxValue, Token)), Rows(await ReadOnAsync(data.Archive, 0, int.MaxValue)));
    }

    [Fact]
    public async Task Of_large_events_only_the_last_are_kept_in_memory_and_all_are_read()
    {
        await using var data = await OperationsDatabase.OpenAsync("sqlite", postgres);
        for (var i = 1; i <= 20; i++)
        {
            await data.Archive.AppendAsync([new ArchivedEvent(data.Event($"e-{i}", "canvas.task.created"), new byte[1024 * 1024], false)]);
            Assert.Equal(i, (await data.Archive.ReadAsync(i - 1, 10, Token)).Single().Position);
        }

        Assert.Equal(Enumerable.Range(1, 20).Select(i => (long)i), (await data.Archive.ReadAsync(0, 100, Token)).Select(e => e.Position));
        Assert.Equal(Enumerable.Range(19, 2).Select(i => (long)i), (await data.Archive.ReadAsync(18, 100, Token)).Select(e => e.Position));
        await data.Archive.AppendAsync([new ArchivedEvent(data.Event("larger", "canvas.task.created"), new byte[LogTail.MaxBytes + 1], false)]);
        Assert.Equal([20L, 21L], (await data.Archive.ReadAsync(19, 100, Token)).Select(e => e.Position));
        Assert.Equal(21, (await data.Archive.ReadAsync(20, 100, Token)).Single().Position);
    }

    /// <summary>As a consumer does: what comes at once may be less than there is.</summary>
    static async Task<IReadOnlyList<LoggedEvent>> ReadOnAsync(EventArchive archive, long after, int limit)
    {
        var read = new List<LoggedEvent>();
        while (read.Count < limit && await archive.ReadAsync(after, limit - read.Count, Token) is { Count: > 0 } page)
        {
            read.AddRange(page);
            after = page[^1].Position;
        }

        return read;
    }

    static ArchivedEvent Next(OperationsDatabase data, Random random, List<ArchivedEvent> known)
    {
        if (known.Count > 0 && random.Next(50) == 0)
        {
            var copy = known[random.Next(known.Count)].Event with { DataContentType = "another/copy" };
            return OperationsDatabase.Archived(copy, random.Next(2) == 0);
        }

        known.Add(OperationsDatabase.Archived(data.Event($"e-{known.Count}", "canvas.task.created")));
        return known[^1];
    }

    static IEnumerable<(long Position, string Type, string Body, string Event)> Rows(IReadOnlyList<LoggedEvent> events) =>
        events.Select(e => (e.Position, e.Type, Convert.ToBase64String(e.Body), Convert.ToBase64String(EventJson.ToUtf8Bytes(e.Event))));
}
