using EventBus.Operations.Alerts;
using EventBus.Tests.Fixtures;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventBus.Tests.Operations.Alerts;

/// <summary>A storage that is away is told of without it.</summary>
public sealed class StorageAlertTests(PostgresFixture postgres)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task That_the_storage_is_away_and_back_is_told_once_each_and_written_down_afterwards()
    {
        await using var data = await OperationsDatabase.OpenAsync("sqlite", postgres);
        var (time, reached, late) = (new ShiftedClock(), new Channel("reached"), new Channel("late") { Error = "HTTP 503" });
        var storage = new StorageAlert(data.Database, [reached, late], time, NullLogger.Instance);
        async Task LookAsync()
        {
            await storage.LookAsync(Token);
            await storage.TellAsync(reached, Token);
            await storage.TellAsync(late, Token);
        }

        await LookAsync();
        Assert.False(storage.IsOpen);
        time.Shift = StorageAlert.Silent;
        await LookAsync();
        await LookAsync();
        Assert.True(storage.IsOpen);
        Assert.Equal(["raised storage"], reached.Told);
        late.Error = null;
        await LookAsync();
        Assert.Equal(["raised storage"], late.Told);
        storage.Answered();
        await LookAsync();
        await LookAsync();
        Assert.False(storage.IsOpen);
        Assert.Equal(["raised storage", "resolved storage"], reached.Told);
        Assert.Equal(["raised storage", "resolved storage"], late.Told);
        Assert.Equal(2, reached.Ids.Distinct().Count());
        var kept = Assert.Single(await new AlertDesk(data.Database, TimeProvider.System).ResolvedAsync(null, 10, Token));
        Assert.Equal(("storage", AlertSeverity.Critical), (kept.Cause, kept.Severity));
        Assert.True(kept.RaisedAt - kept.Since >= StorageAlert.Silent.TotalMilliseconds);
    }

    sealed class Channel(string name) : IAlertChannel
    {
        public string? Error { get; set; }

        public List<string> Told { get; } = [];

        public List<long> Ids { get; } = [];

        public string Name => name;

        public Task<string?> TellAsync(AlertNotification notification, CancellationToken cancellationToken)
        {
            if (Error is null)
            {
                Told.Add($"{notification.Transition} {notification.Alert.Cause}");
                Ids.Add(notification.Id);
            }

            return Task.FromResult(Error);
        }
    }
}
