using System.Diagnostics.Metrics;
using Dapper;
using EventBus.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EventBus.Operations;

/// <summary>
/// Counts the ledger each minute over the windows that have closed within the last hour, exports the difference as <c>eventbus.ledger.difference</c>, and says in the
/// log when it is not zero, once, and when it is zero again.
/// </summary>
public sealed partial class Reconciler : BackgroundService
{
    /// <summary>Instruments of this room.</summary>
    internal const string MeterName = "EventBus.Operations";

    static readonly Meter Meter = new(MeterName);
    static readonly TimeSpan Span = TimeSpan.FromHours(1);

    readonly Database _database;
    readonly Ledger _ledger;
    readonly TimeProvider _time;
    readonly ILogger<Reconciler> _logger;
    readonly ObservableGauge<long> _gauge;
    IReadOnlyList<LedgerEntry> _entries = [];

    /// <summary>Counts nothing yet.</summary>
    public Reconciler(Database database, TimeProvider time, ILogger<Reconciler> logger)
    {
        _database = database;
        _ledger = new Ledger(database);
        _time = time;
        _logger = logger;
        _gauge = Meter.CreateObservableGauge("eventbus.ledger.difference", () => _entries.Select(Measure), "{event}", "Accepted events of the last hour that a consumer or endpoint asks for and nothing is known of.");
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await Task.Delay(Ledger.Window, _time, stoppingToken);
            var until = Ledger.LastClosed(_time.GetUtcNow());
            try
            {
                var entries = await _ledger.CountAsync(until - Span, until, stoppingToken);
                foreach (var entry in entries)
                {
                    var before = _entries.FirstOrDefault(e => e.Consumer == entry.Consumer && e.Endpoint == entry.Endpoint)?.Difference ?? 0;
                    if (entry.Difference != 0 && entry.Difference != before)
                    {
                        LogDifference(_logger, entry.Difference, entry.Consumer, entry.Endpoint);
                    }
                    else if (entry.Difference == 0 && before != 0)
                    {
                        LogSettled(_logger, entry.Consumer, entry.Endpoint);
                    }
                }

                _entries = entries;
                await KeepAsync(entries, stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogTrouble(_logger, e.GetType().Name);
            }
        }
    }

    /// <summary>For whoever looks from another process.</summary>
    Task KeepAsync(IReadOnlyList<LedgerEntry> entries, CancellationToken cancellationToken) => _database.TransactAsync(
        async transaction =>
        {
            var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
            foreach (var entry in entries)
            {
                await transaction.Connection!.ExecuteAsync(
                    """
                    INSERT INTO ledger_entries (consumer, endpoint, accepted, difference, counted_at) VALUES (@Consumer, @Endpoint, @Accepted, @Difference, @now)
                    ON CONFLICT (consumer, endpoint) DO UPDATE SET accepted = excluded.accepted, difference = excluded.difference, counted_at = excluded.counted_at
                    """,
                    new { entry.Consumer, entry.Endpoint, entry.Accepted, entry.Difference, now }, transaction);
            }
        },
        cancellationToken);

    static Measurement<long> Measure(LedgerEntry entry) =>
        new(entry.Difference, new KeyValuePair<string, object?>("eventbus.consumer", entry.Consumer), new KeyValuePair<string, object?>("eventbus.endpoint", entry.Endpoint));

    [LoggerMessage(600, LogLevel.Error, "The ledger differs by {Difference} events at consumer {Consumer}, endpoint '{Endpoint}'; eventbus ledger --missing lists them")]
    static partial void LogDifference(ILogger logger, long difference, string consumer, string endpoint);

    [LoggerMessage(601, LogLevel.Information, "The ledger of consumer {Consumer}, endpoint '{Endpoint}' is even again")]
    static partial void LogSettled(ILogger logger, string consumer, string endpoint);

    [LoggerMessage(602, LogLevel.Warning, "The ledger could not be counted ({Reason})")]
    static partial void LogTrouble(ILogger logger, string reason);
}
