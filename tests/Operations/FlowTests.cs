using EventBus.Operations.Overview;
using EventBus.Storage;
using EventBus.Tests.Fixtures;

namespace EventBus.Tests.Operations;

/// <summary>What goes from where to where, in both homes.</summary>
public sealed class FlowTests(PostgresFixture postgres)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Events_and_attempts_are_counted_once_from_where_they_come_to_where_they_go(string home)
    {
        await using var data = await OperationsDatabase.OpenAsync(home, postgres);
        await data.WriteAsync("INSERT INTO consumers (name, endpoint, patterns, since) VALUES ('webhooks', '', '#', 0), ('webhooks', 'sink', '#', 0), ('orders', '', '*.order.#', 0)");
        await data.WriteAsync("INSERT INTO lanes (name) VALUES ('webhooks/0'), ('webhooks/1')");
        await data.WriteAsync("INSERT INTO endpoints (name, state, changed_at) VALUES ('sink', 'paused', 0)");
        var (map, minutes, other) = (new FlowMap(data.Database, TimeProvider.System), new Minutes(data.Database, TimeProvider.System), new Minutes(data.Database, TimeProvider.System));
        var quiet = await map.ReadAsync(Token);
        Assert.Null(quiet.CountedAt);
        Assert.Empty(quiet.Accepted);
        Assert.Equal(3, quiet.Targets.Count);

        for (var i = 0; i < 6; i++)
        {
            var event_ = data.Event($"e-{i}", i < 4 ? "canvas.task.created" : "careportals.order.created");
            await data.ArchiveAsync(event_);
            var started = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
            await data.WriteAsync(
                $"""
                 INSERT INTO deliveries (consumer, endpoint, event_key, lane, position, subject_key, event_id, source, type, state, accepted_at, stored_at)
                 VALUES ('webhooks', 'sink', '{EventKey.Of(event_)}', 'webhooks/{i % 2}', {i}, 's', '{event_.Id}', '{event_.Source}', '{event_.Type}', {(i < 3 ? 0 : 1)}, 0, {100 + i})
                 """);
            await data.WriteAsync($"INSERT INTO attempts (delivery, number, started_at, duration_ms, error) VALUES ((SELECT max(id) FROM deliveries), 1, {started}, 5, {(i == 0 ? "'HTTP 500'" : "NULL")})");
        }

        // What is counted had come the time before; two that count do not count twice.
        for (var i = 0; i < 3; i++)
        {
            await minutes.CountAsync(Token);
            await other.CountAsync(Token);
        }

        var flow = await map.ReadAsync(Token);
        Assert.NotNull(flow.CountedAt);
        Assert.Equal([("canvas", "task", 4L), ("careportals", "order", 2L)], flow.Accepted.Select(e => (e.From, e.To, e.Hour)));
        Assert.Equal([("order", "webhooks", 2L), ("task", "webhooks", 4L), ("order", "orders", 0L)], flow.Handled.Select(e => (e.From, e.To, e.Hour)));
        var delivered = Assert.Single(flow.Delivered);
        Assert.Equal(("webhooks", "sink", 6L), (delivered.From, delivered.To, delivered.Hour));
        Assert.True(delivered.Rate > delivered.Failing && delivered.Failing > 0);
        var sink = Assert.Single(flow.Targets, t => t.Endpoint == "sink");
        Assert.Equal(("paused", 3L, 100L), (sink.State, sink.Waiting, sink.Oldest));
        Assert.All(flow.Targets.Where(t => t.Endpoint.Length == 0), t => Assert.Equal((0L, null), (t.Waiting, t.Oldest)));
    }
}
