using System.Diagnostics.Metrics;
using EventBus.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EventBus.Operations.Overview;

/// <summary>Exports what waits at each consumer and endpoint, and what is dead, as of five seconds ago; while the storage does not answer it says nothing.</summary>
public sealed partial class BacklogMeter : BackgroundService
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    readonly Database _database;
    readonly TimeProvider _time;
    readonly ILogger<BacklogMeter> _logger;
    readonly Meter _meter = new(Reconciler.MeterName);
    IReadOnlyList<Backlog> _backlogs = [];

    /// <summary>Reads nothing yet.</summary>
    public BacklogMeter(Database database, TimeProvider time, ILogger<BacklogMeter> logger)
    {
        (_database, _time, _logger) = (database, time, logger);
        _meter.CreateObservableGauge("eventbus.deliveries.waiting", () => _backlogs.Select(b => Measure(b, b.Waiting)), "{event}", "Events that wait at a consumer or endpoint.");
        _meter.CreateObservableGauge("eventbus.deliveries.oldest.age", () => _backlogs.Select(b => Measure(b, Age(b.Oldest))), "s", "Since when the oldest of them waits; 0 where none does.");
        _meter.CreateObservableGauge("eventbus.dead_letters", () => _backlogs.Select(b => Measure(b, b.Dead)), "{event}", "Dead letters that wait for a decision.");
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _meter.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                _backlogs = await Backlog.ReadAsync(_database, stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                _backlogs = [];
                LogTrouble(_logger, e.GetType().Name);
            }

            await Task.Delay(Interval, _time, stoppingToken);
        }
    }

    double Age(long? since) => since is { } at ? Math.Max(0, (_time.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(at)).TotalSeconds) : 0;

    static Measurement<T> Measure<T>(Backlog backlog, T value)
        where T : struct => new(value, new KeyValuePair<string, object?>("eventbus.consumer", backlog.Consumer), new KeyValuePair<string, object?>("eventbus.endpoint", backlog.Endpoint));

    [LoggerMessage(710, LogLevel.Warning, "What waits could not be counted ({Reason})")]
    static partial void LogTrouble(ILogger logger, string reason);
}
