using Dapper;
using EventBus.Consumers.Hosting.Reactions;
using EventBus.Storage;
using EventBus.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Tests.Consumers;

/// <summary>Timers of records.</summary>
public sealed class TimerTests
{
    [Fact]
    public async Task One_whose_handler_fails_holds_up_no_other()
    {
        var bell = new Bell();
        await using var host = await BusHost.StartInMemoryAsync(b => b.WithConsumers().WithService<ITimerHandler>(bell));
        var database = host.Services.GetRequiredService<Database>();
        await database.TransactAsync(transaction => transaction.Connection!.ExecuteAsync(
            "INSERT INTO timers (kind, key, name, due_at) VALUES ('bell', 'broken', 'n', 1), ('bell', 'well', 'n', 2)", transaction: transaction), TestContext.Current.CancellationToken);

        await Eventually.TrueAsync(() => bell.Rung == "well", "the one behind it rings");
        await using var connection = await database.ConnectAsync(TestContext.Current.CancellationToken);
        Assert.Equal("broken", await connection.QuerySingleAsync<string>("SELECT key FROM timers WHERE kind = 'bell' AND due_at > 2"));
    }

    sealed class Bell : ITimerHandler
    {
        public string Kind => "bell";

        public string? Rung { get; private set; }

        public Task RingAsync(Reaction reaction, string key, string name)
        {
            if (key == "broken")
            {
                throw new InvalidOperationException();
            }

            Rung = key;
            return Task.CompletedTask;
        }
    }
}
