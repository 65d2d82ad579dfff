using Dapper;
using EventBus.Storage;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EventBus.Consumers.Hosting;

/// <summary>
/// Says in the storage what the consumers of this process ask for, once their queues are bound: the ledger counts what is accepted from then on, and replays go to
/// who stands there.
/// </summary>
sealed partial class ConsumerRegister(LaneHost lanes, IBusControl bus, Database database, ILogger<ConsumerRegister> logger) : BackgroundService
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!lanes.ReadsLog && bus.CheckHealth().Status != BusHealthStatus.Healthy)
        {
            await Task.Delay(Pause, stoppingToken);
        }

        while (true)
        {
            try
            {
                await database.TransactAsync(WriteAsync, stoppingToken);
                return;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogTrouble(logger, e.GetType().Name);
                await Task.Delay(Pause, stoppingToken);
            }
        }
    }

    async Task WriteAsync(System.Data.Common.DbTransaction transaction)
    {
        foreach (var consumer in lanes.Consumers.OrderBy(c => c.Name, StringComparer.Ordinal))
        {
            foreach (var (endpoint, patterns) in consumer.Targets.Where(t => t.Name.Length > 0).Select(t => (t.Name, t.Patterns)).Append(("", consumer.Patterns)).OrderBy(t => t.Item1, StringComparer.Ordinal))
            {
                await transaction.Connection!.ExecuteAsync(
                    $"""
                     INSERT INTO consumers (name, endpoint, patterns, since, responds) VALUES (@Name, @endpoint, @patterns, {database.Now}, @responds)
                     ON CONFLICT (name, endpoint) DO UPDATE SET patterns = excluded.patterns, responds = excluded.responds,
                         since = CASE WHEN consumers.patterns = excluded.patterns THEN consumers.since ELSE excluded.since END
                     """,
                    new { consumer.Name, endpoint, patterns = AskedPatterns.Write(patterns), responds = consumer.Targets.Any(t => t.Name == endpoint && t.Responds) ? 1 : 0 }, transaction);
            }
        }
    }

    [LoggerMessage(202, LogLevel.Warning, "The consumers could not be noted in the storage yet ({Reason})")]
    static partial void LogTrouble(ILogger logger, string reason);
}
