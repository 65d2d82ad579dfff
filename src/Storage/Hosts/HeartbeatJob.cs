using System.Data.Common;
using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EventBus.Storage.Hosts;

/// <summary>
/// Says every two seconds, in the table <c>hosts</c>, that this process is there and what it sees. When it stops as it was asked to, its row goes, unless events wait in its
/// spool: those are to be missed.
/// </summary>
public sealed partial class HeartbeatJob(
    Database database, IEnumerable<IHeartbeatPart> parts, IOptions<HostNameOptions> options, IHostEnvironment environment, TimeProvider time, ILogger<HeartbeatJob> logger) : BackgroundService
{
    /// <summary>The time between two heartbeats.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    readonly string _service = environment.ApplicationName.Split('.')[^1];
    readonly long _start = time.GetTimestamp();
    bool _isTroubled;

    string Name => options.Value.Name ?? $"{_service}@{Environment.MachineName}";

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryAsync(() => database.TransactAsync(
            transaction => transaction.Connection!.ExecuteAsync("DELETE FROM hosts WHERE name = @Name AND coalesce(spool_waiting, 0) = 0", new { Name }, transaction), cancellationToken));
    }

    /// <summary>Says it once.</summary>
    public Task BeatAsync(CancellationToken cancellationToken)
    {
        var heartbeat = new Heartbeat();
        foreach (var part in parts)
        {
            part.Describe(heartbeat);
        }

        return database.TransactAsync(
            transaction => transaction.Connection!.ExecuteAsync(
                $"""
                 INSERT INTO hosts (name, service, started_at, seen_at, broker, broker_away_since, spool_waiting, spool_since, spool_bytes, spool_max_bytes)
                 VALUES (@Name, @service, {database.Now} - @up, {database.Now}, @broker, {database.Now} - CAST(@BrokerAwayMs AS BIGINT), @SpoolWaiting, {database.Now} - CAST(@SpoolMs AS BIGINT), @SpoolBytes, @SpoolMaxBytes)
                 ON CONFLICT (name) DO UPDATE SET service = excluded.service, started_at = excluded.started_at, seen_at = excluded.seen_at, broker = excluded.broker,
                     broker_away_since = excluded.broker_away_since, spool_waiting = excluded.spool_waiting, spool_since = excluded.spool_since, spool_bytes = excluded.spool_bytes,
                     spool_max_bytes = excluded.spool_max_bytes
                 """,
                new
                {
                    Name, service = _service, up = (long)time.GetElapsedTime(_start).TotalMilliseconds, broker = heartbeat.NeedsBroker ? 1 : 0, heartbeat.BrokerAwayMs, heartbeat.SpoolWaiting, heartbeat.SpoolMs,
                    heartbeat.SpoolBytes, heartbeat.SpoolMaxBytes,
                },
                transaction),
            cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await TryAsync(() => BeatAsync(stoppingToken));
            await Task.Delay(Interval, time, stoppingToken);
        }
    }

    /// <summary>While the storage is away there is nobody to say it to.</summary>
    async Task TryAsync(Func<Task> write)
    {
        try
        {
            await write();
            _isTroubled = false;
        }
        catch (Exception e) when (e is StorageException or DbException)
        {
            if (!_isTroubled)
            {
                LogTrouble(logger, e.GetType().Name);
            }

            _isTroubled = true;
        }
    }

    [LoggerMessage(650, LogLevel.Warning, "This host cannot tell others that it is there: the storage does not answer ({Reason})")]
    static partial void LogTrouble(ILogger logger, string reason);
}
