using Dapper;
using EventBus.Delivery.Lanes;
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
            var handler = consumer.Targets.FirstOrDefault(t => t.Name.Length == 0);
            foreach (var (endpoint, patterns, target) in consumer.Targets.Where(t => t.Name.Length > 0).Select(t => (t.Name, t.Patterns, (DeliveryTarget?)t)).Append(("", consumer.Patterns, handler)).OrderBy(t => t.Item1, StringComparer.Ordinal))
            {
                await transaction.Connection!.ExecuteAsync(
                    $"""
                     INSERT INTO consumers (name, endpoint, patterns, since, responds, tenant, partitions) VALUES (@Name, @endpoint, @patterns, {database.Now}, @responds, @tenant, @partitions)
                     ON CONFLICT (name, endpoint) DO UPDATE SET patterns = excluded.patterns, responds = excluded.responds, tenant = excluded.tenant, partitions = excluded.partitions,
                         since = CASE WHEN consumers.patterns = excluded.patterns THEN consumers.since ELSE excluded.since END
                     """,
                    new { consumer.Name, endpoint, patterns = AskedPatterns.Write(patterns), responds = (int)(target?.Responds ?? RespondingRole.None), tenant = target?.Tenant, partitions = endpoint.Length == 0 ? lanes.Queues : 0 }, transaction);
            }
        }
    }

    [LoggerMessage(202, LogLevel.Warning, "The consumers could not be noted in the storage yet ({Reason})")]
    static partial void LogTrouble(ILogger logger, string reason);
}
