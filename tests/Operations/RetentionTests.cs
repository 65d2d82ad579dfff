using EventBus.Storage;
using EventBus.Tests.Fixtures;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EventBus.Tests.Operations;

/// <summary>What is older than its retention goes; what waits, and what nobody has decided on, stays.</summary>
public sealed class RetentionTests(PostgresFixture postgres)
{
    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task What_is_done_goes_after_its_time_and_what_waits_stays(string home)
    {
        await using var data = await OperationsDatabase.OpenAsync(home, postgres);
        for (var i = 0; i < 1200; i++)
        {
            await data.WriteAsync(
                $"""
                 INSERT INTO deliveries (consumer, endpoint, event_key, lane, position, subject_key, event_id, source, type, state, accepted_at, stored_at, finished_at)
                 VALUES ('c', '', 'k{i}', 'c/0', {i}, 's', 'e', 's', 't', {(i == 0 ? 0 : 1)}, 0, 0, {(i == 0 ? "NULL" : "1")})
                 """);
        }

        await data.WriteAsync("INSERT INTO attempts (delivery, number, started_at, duration_ms) SELECT id, 1, 0, 1 FROM deliveries");
        await data.WriteAsync($"INSERT INTO idempotency (scope_key, body_hash, acceptance, confirmed, created_at) SELECT event_key, '', {(home == "postgres" ? "''::bytea" : "x''")}, 1, 0 FROM deliveries WHERE position < 3");
        await data.WriteAsync("INSERT INTO subject_sequences (endpoint, subject_key, last, used_at) VALUES ('x', 'y', 3, 0)");
        await data.WriteAsync("INSERT INTO records (kind, key, updated_at) VALUES ('command', 'a', 0), ('command', 'b', 9000000000000)");
        await data.WriteAsync("INSERT INTO record_entries (kind, key, entry, at, gateway, sequence, body) VALUES ('command', 'a', '1', 0, '', 0, ''), ('command', 'a', '2', 0, '', 0, ''), ('command', 'b', '1', 0, '', 0, '')");
        await data.WriteAsync("INSERT INTO alerts (cause, kind, severity, text, since, raised_at, seen_at, resolved_at) VALUES ('broker', 'broker', 'critical', '', 0, 0, 0, 1), ('broker', 'broker', 'critical', '', 0, 0, 0, NULL)");
        await data.WriteAsync("INSERT INTO alert_notifications (alert, transition, channel, due_at) SELECT id, 'raised', 'mail', 0 FROM alerts");
        var dead = await data.DeadAsync(data.Event("dead", "canvas.task.created"), "HTTP 400");
        await data.ArchiveAsync(data.Event("old", "canvas.task.created"));
        var job = new RetentionJob(data.Database, Options.Create(new RetentionOptions()), new Later(TimeSpan.FromDays(60)), NullLogger<RetentionJob>.Instance);
        Assert.Equal(1199 + 1199 + 3 + 1 + 3 + 2, await job.RunAsync(TestContext.Current.CancellationToken));
        Assert.Equal(1, await data.ReadAsync<long>("SELECT count(*) FROM events"));

        job = new RetentionJob(data.Database, Options.Create(new RetentionOptions()), new Later(TimeSpan.FromDays(100)), NullLogger<RetentionJob>.Instance);
        Assert.Equal(1, await job.RunAsync(TestContext.Current.CancellationToken));
        Assert.Equal(0, await data.ReadAsync<long>("SELECT count(*) FROM events"));
        Assert.Equal(1, await data.ReadAsync<long>("SELECT count(*) FROM records"));
        Assert.Equal(1, await data.ReadAsync<long>("SELECT count(*) FROM record_entries"));
        Assert.Equal(2, await data.ReadAsync<long>("SELECT count(*) FROM deliveries"));
        Assert.Equal(1, await data.ReadAsync<long>("SELECT count(*) FROM attempts"));
        Assert.Equal(1, await data.ReadAsync<long>("SELECT count(*) FROM alerts WHERE resolved_at IS NULL"));
        Assert.Equal(1, await data.ReadAsync<long>("SELECT count(*) FROM alert_notifications"));
        Assert.Equal(dead, await data.ReadAsync<long>("SELECT delivery FROM dead_letters"));
        Assert.Equal(0, await job.RunAsync(TestContext.Current.CancellationToken));
    }

    sealed class Later(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }
}
