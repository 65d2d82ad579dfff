using EventBus.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EventBus.Operations.Overview;

/// <summary>Counts every five seconds what has happened.</summary>
public sealed partial class MinuteCounter(Database database, TimeProvider time, ILogger<MinuteCounter> logger) : BackgroundService
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var minutes = new Minutes(database, time);
        while (true)
        {
            try
            {
                await minutes.CountAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogTrouble(logger, e.GetType().Name);
            }

            await Task.Delay(Interval, time, stoppingToken);
        }
    }

    [LoggerMessage(603, LogLevel.Warning, "What happened in the last minute could not be counted ({Reason})")]
    static partial void LogTrouble(ILogger logger, string reason);
}
