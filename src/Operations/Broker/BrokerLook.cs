using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EventBus.Operations.Broker;

/// <summary>Looks how the broker does, so that whoever has to know at once finds it in <see cref="BrokerWatch.Last"/> and waits for nobody.</summary>
sealed partial class BrokerLook(BrokerWatch watch, TimeProvider time, ILogger<BrokerLook> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var told = "";
        while (watch.IsThere)
        {
            var trouble = (await watch.LookAsync(stoppingToken))?.Trouble ?? "";
            if (trouble != told && trouble.Length > 0)
            {
                LogUnknown(logger, trouble);
            }

            told = trouble;
            await Task.Delay(BrokerWatch.Fresh, time, stoppingToken);
        }
    }

    [LoggerMessage(730, LogLevel.Information, "Alarms and queues of the broker are not watched: {Reason}")]
    static partial void LogUnknown(ILogger logger, string reason);
}
