using Dapper;
using EventBus.Delivery.Lanes;
using EventBus.Publisher.Transport;
using EventBus.Storage;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EventBus.Consumers.Hosting;

/// <summary>
/// Says in the storage what the consumers of this process ask for, once their queues are bound: the ledger counts what is accepted from then on, and replays go to
/// who stands there. When endpoints were added or changed it has the broker bind what they ask for, and says so again.
/// </summary>
sealed partial class ConsumerRegister(LaneHost lanes, IBusControl bus, Database database, IServiceProvider services, ILogger<ConsumerRegister> logger) : BackgroundService
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Every process that works on the consumer has seen the change by then, so what is accepted later goes there.</summary>
    static readonly TimeSpan Settle = TimeSpan.FromSeconds(3);

    readonly QueueBindings? _bindings = services.GetService<QueueBindings>();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!lanes.ReadsLog && bus.CheckHealth().Status != BusHealthStatus.Healthy)
        {
            await Task.Delay(Pause, stoppingToken);
        }

        IReadOnlyList<Asked> known = [];
        while (true)
        {
            try
            {
                var asked = Read();
                if (!asked.SequenceEqual(known))
                {
                    if (_bindings is not null)
                    {
                        await _bindings.BindAsync(bus, lanes.Consumers.Select(c => (c.Name, c.Patterns)), stoppingToken);
                    }

                    await Task.Delay(known.Count == 0 ? TimeSpan.Zero : Settle, stoppingToken);
                    if (!Read().SequenceEqual(asked))
                    {
                        continue;
                    }

                    await database.TransactAsync(transaction => WriteAsync(transaction, asked, known), stoppingToken);
                    known = asked;
                }
            }
            catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                LogTrouble(logger, e.GetType().Name);
            }

            await Task.Delay(Pause, stoppingToken);
        }
    }

    IReadOnlyList<Asked> Read() =>
    [
        .. lanes.Consumers.SelectMany(consumer => consumer.Targets.Where(t => t.Name.Length > 0)
            .Select(t => new Asked(consumer.Name, t.Name, AskedPatterns.Write(t.Patterns), (int)t.Responds, t.Tenant, 0))
            .Append(new Asked(consumer.Name, "", AskedPatterns.Write(consumer.Patterns), (int)(consumer.Targets.FirstOrDefault(t => t.Name.Length == 0)?.Responds ?? RespondingRole.None), null, lanes.Queues)))
            .OrderBy(a => a.Name, StringComparer.Ordinal).ThenBy(a => a.Endpoint, StringComparer.Ordinal),
    ];

    static async Task ForgetAsync(System.Data.Common.DbTransaction transaction, Asked gone)
    {
        // Another process may have noted it a moment after it was removed.
        await transaction.Connection!.ExecuteAsync(
            "DELETE FROM consumers WHERE name = @Name AND endpoint = @Endpoint AND NOT EXISTS (SELECT 1 FROM endpoint_settings s WHERE s.name = @Endpoint)", gone, transaction);
        await transaction.Connection!.ExecuteAsync(
            "DELETE FROM endpoints WHERE name = @Endpoint AND NOT EXISTS (SELECT 1 FROM endpoint_settings s WHERE s.name = @Endpoint)", gone, transaction);
    }

    async Task WriteAsync(System.Data.Common.DbTransaction transaction, IReadOnlyList<Asked> now, IReadOnlyList<Asked> before)
    {
        foreach (var gone in before.Where(b => !now.Any(n => n.Name == b.Name && n.Endpoint == b.Endpoint)))
        {
            await ForgetAsync(transaction, gone);
        }

        foreach (var asked in now.Except(before))
        {
            await transaction.Connection!.ExecuteAsync(
                $"""
                 INSERT INTO consumers (name, endpoint, patterns, since, responds, tenant, partitions) VALUES (@Name, @Endpoint, @Patterns, {database.Now}, @Responds, @Tenant, @Partitions)
                 ON CONFLICT (name, endpoint) DO UPDATE SET patterns = excluded.patterns, responds = excluded.responds, tenant = excluded.tenant, partitions = excluded.partitions,
                     since = CASE WHEN consumers.patterns = excluded.patterns THEN consumers.since ELSE excluded.since END
                 """,
                asked, transaction);
        }
    }

    [LoggerMessage(202, LogLevel.Warning, "The consumers could not be noted in the storage yet ({Reason})")]
    static partial void LogTrouble(ILogger logger, string reason);

    sealed record Asked(string Name, string Endpoint, string Patterns, int Responds, string? Tenant, int Partitions);
}
