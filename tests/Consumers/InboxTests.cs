using Dapper;
using EventBus.Consumers.Hosting;
using EventBus.Contracts;
using EventBus.Storage;
using EventBus.Tests.Fixtures;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Tests.Consumers;

/// <summary>What a consumer saves is there exactly once for each event: with its outcome, or not at all.</summary>
public sealed class InboxTests(PostgresFixture postgres)
{
    public static TheoryData<string> Homes => ["sqlite", "postgres"];

    [Theory]
    [MemberData(nameof(Homes))]
    public async Task What_is_saved_and_the_outcome_are_written_together_or_not_at_all(string home)
    {
        var ledger = new Effects { Breaks = attempt => attempt < 3 };
        await using var host = await StartAsync(home, ledger);
        await SendAsync(host, "a");
        await OutcomeAsync(host, "a");

        await using var connection = await host.Services.GetRequiredService<Database>().ConnectAsync();
        Assert.Equal(["a"], await connection.QueryAsync<string>("SELECT id FROM effects"));
        Assert.Equal(3, ledger.Attempts);
        Assert.Equal(3, await connection.QuerySingleAsync<int>("SELECT attempts FROM deliveries"));
    }

    [Theory]
    [MemberData(nameof(Homes))]
    public async Task Where_another_process_has_recorded_an_outcome_meanwhile_nothing_is_saved_again(string home)
    {
        var ledger = new Effects { Waits = new TaskCompletionSource() };
        await using var host = await StartAsync(home, ledger);
        await SendAsync(host, "a");
        await Eventually.TrueAsync(() => ledger.Attempts == 1, "the consumer is at work");

        // As a process does that has taken over the lane, since this one did not renew its lease.
        var database = host.Services.GetRequiredService<Database>();
        await database.TransactAsync(t => t.Connection!.ExecuteAsync("UPDATE deliveries SET state = 1, finished_at = 1; INSERT INTO effects (id) VALUES ('theirs')", transaction: t));
        ledger.Waits.SetResult();
        await SendAsync(host, "b");
        await OutcomeAsync(host, "b");

        await using var connection = await database.ConnectAsync();
        Assert.Equal(["b", "theirs"], await connection.QueryAsync<string>("SELECT id FROM effects ORDER BY id"));
    }

    async Task<BusHost> StartAsync(string home, Effects ledger)
    {
        var storage = home == "postgres" ? await postgres.NewDatabaseAsync() : [];
        var host = await BusHost.StartAsync(
            [new("EventBus:Transport", "memory"), .. storage],
            b => b.WithService(ledger).With("EventBus:Consumers:RetrySchedule:0", "00:00:00.050").With("EventBus:Consumers:RetrySchedule:1", "00:00:00.050").WithConsumer<EffectConsumer>());
        await host.Services.GetRequiredService<Database>().TransactAsync(t => t.Connection!.ExecuteAsync("CREATE TABLE effects (id TEXT NOT NULL)", transaction: t));
        return host;
    }

    static async Task SendAsync(BusHost host, string id)
    {
        using var response = await host.PostAsync("/v1/events", $$"""{"specversion":"1.0","id":"{{id}}","source":"/test","type":"test.order.changed","subject":"s"}""", EventJson.MediaType);
        Assert.True(response.IsSuccessStatusCode);
    }

    static Task OutcomeAsync(BusHost host, string id) => Eventually.TrueAsync(
        async () =>
        {
            await using var connection = await host.Services.GetRequiredService<Database>().ConnectAsync();
            return await connection.QuerySingleAsync<int>("SELECT count(*) FROM deliveries WHERE event_id = @id AND state = 1", new { id }) == 1;
        },
        $"{id} has an outcome");
}

/// <summary>How the consumer below behaves.</summary>
sealed class Effects
{
    int _attempts;

    public int Attempts => _attempts;

    public Func<int, bool> Breaks { get; init; } = _ => false;

    public TaskCompletionSource? Waits { get; init; }

    public int Begin() => Interlocked.Increment(ref _attempts);
}

/// <summary>Saves the event's id; where it breaks, the transaction fails after that.</summary>
[RespondsTo("*.order.#")]
sealed class EffectConsumer(Effects effects) : IConsumer<OrderEvent>
{
    public async Task Consume(ConsumeContext<OrderEvent> context)
    {
        var attempt = effects.Begin();
        var id = context.Message.Id;
        context.Save(async transaction =>
        {
            await transaction.Connection!.ExecuteAsync("INSERT INTO effects (id) VALUES (@id)", new { id }, transaction);
            if (effects.Breaks(attempt))
            {
                await transaction.Connection!.ExecuteAsync("INSERT INTO no_such_table (id) VALUES (@id)", new { id }, transaction);
            }
        });
        await (attempt == 1 ? effects.Waits?.Task ?? Task.CompletedTask : Task.CompletedTask);
    }
}
