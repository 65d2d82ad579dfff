using EventBus.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EventBus.Operations.Overview;

/// <summary>Counts the minute that runs and the one before it every five seconds, and once a minute the last quarter of an hour, for what came late; and what went from where to where.</summary>
public sealed partial class MinuteCounter(Database database, TimeProvider time, ILogger<MinuteCounter> logger) : BackgroundService
{
    const int Late = 15;
    const int RoundsPerMinute = 12;

    static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var (minutes, flow) = (new Minutes(database, time), new FlowMinutes(database, time));
        for (var round = 0; ; round++)
        {
            try
            {
                await minutes.CountAsync(round % RoundsPerMinute == 0 ? Late : 1, stoppingToken);
                await flow.CountAsync(stoppingToken);
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
