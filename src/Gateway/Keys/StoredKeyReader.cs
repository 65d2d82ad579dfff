namespace EventBus.Gateway.Keys;

/// <summary>Keeps what the gateway knows of keys in the storage fresh.</summary>
sealed partial class StoredKeyReader(StoredKeys stored, TimeProvider time, ILogger<StoredKeyReader> logger) : BackgroundService
{
    const int RoundsPerMinute = 30;

    static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var round = 0; ; round++)
        {
            await Task.Delay(Interval, time, stoppingToken);
            try
            {
                await stored.ReadAsync(stoppingToken);
                if (round % RoundsPerMinute == 0)
                {
                    await stored.WriteUsesAsync(stoppingToken);
                }
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogTrouble(logger, e.GetType().Name);
            }
        }
    }

    [LoggerMessage(690, LogLevel.Warning, "Keys could not be read from the storage ({Reason}); those known last count")]
    static partial void LogTrouble(ILogger logger, string reason);
}
