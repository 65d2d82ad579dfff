using System.Diagnostics.Metrics;
using EventBus.Operations.Broker;
using EventBus.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EventBus.Operations;

/// <summary>
/// Counts the ledger of the last hour every two seconds, exports the difference as <c>eventbus.ledger.difference</c>, and says in the log when it is not zero, once, and when
/// it is zero again.
/// </summary>
public sealed partial class Reconciler : BackgroundService
{
    /// <summary>Instruments of this room.</summary>
    internal const string MeterName = "EventBus.Operations";

    /// <summary>The time between two counts.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    static readonly Meter Meter = new(MeterName);

    static readonly RowStatement<LedgerStanding> Keep = new(
        """
        INSERT INTO ledger_entries (consumer, endpoint, accepted, difference, counted_at) SELECT r.consumer, r.endpoint, r.accepted, r.difference, @now FROM {rows}
        ON CONFLICT (consumer, endpoint) DO UPDATE SET accepted = excluded.accepted, difference = excluded.difference, counted_at = excluded.counted_at
        """,
        RowColumn<LedgerStanding>.Text("consumer", s => s.Consumer), RowColumn<LedgerStanding>.Text("endpoint", s => s.Endpoint),
        RowColumn<LedgerStanding>.Number("accepted", s => s.Accepted), RowColumn<LedgerStanding>.Number("difference", s => s.Difference));

    /// <summary>What has not changed is kept again so often, to say that it was counted.</summary>
    static readonly TimeSpan KeepInterval = TimeSpan.FromSeconds(30);

    readonly Database _database;
    readonly RunningLedger _ledger;
    readonly BrokerWatch _broker;
    readonly TimeProvider _time;
    readonly ILogger<Reconciler> _logger;
    IReadOnlyList<LedgerStanding> _entries = [];
    DateTimeOffset _kept;

    /// <summary>Counts nothing yet.</summary>
    public Reconciler(Database database, BrokerWatch broker, TimeProvider time, ILogger<Reconciler> logger)
    {
        _database = database;
        _ledger = new RunningLedger(new Ledger(database));
        _broker = broker;
        _time = time;
        _logger = logger;
        Gauge = Meter.CreateObservableGauge("eventbus.ledger.difference", () => _entries.Select(Measure), "{event}", "Accepted events of the last hour that a consumer or endpoint asks for and nothing is known of.");
    }

    /// <summary>The gauge.</summary>
    internal ObservableGauge<long> Gauge { get; }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await Task.Delay(Interval, _time, stoppingToken);
            try
            {
                var entries = await _ledger.CountAsync(_time.GetUtcNow(), Queued, stoppingToken);
                var changed = false;
                var differences = _entries.ToDictionary(e => (e.Consumer, e.Endpoint), e => e.Difference);
                foreach (var entry in entries)
                {
                    var before = differences.GetValueOrDefault((entry.Consumer, entry.Endpoint));
                    changed |= entry.Difference != before;
                    if (entry.Difference != 0 && entry.Difference != before)
                    {
                        LogDifference(_logger, entry.Difference, entry.Consumer, entry.Endpoint);
                    }
                    else if (entry.Difference == 0 && before != 0)
                    {
                        LogSettled(_logger, entry.Consumer, entry.Endpoint);
                    }
                }

                if (changed || _time.GetUtcNow() - _kept >= KeepInterval)
                {
                    await KeepAsync(entries, stoppingToken);
                    _kept = _time.GetUtcNow();
                }

                _entries = entries;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogTrouble(_logger, e.GetType().Name);
            }
        }
    }

    /// <summary>What the broker holds for a consumer; in one process nothing, and null where the broker does not say.</summary>
    long? Queued(string consumer) => !_broker.IsThere ? 0
        : _broker.Last is { Trouble: null } view ? view.Queues.Where(q => q.Consumer == consumer).Sum(q => q.Ready + q.Unacknowledged)
        : null;

    /// <summary>For whoever looks from another process.</summary>
    Task KeepAsync(IReadOnlyList<LedgerStanding> entries, CancellationToken cancellationToken) =>
        _database.TransactAsync(transaction => Keep.ExecuteAsync(transaction, entries, ("now", _time.GetUtcNow().ToUnixTimeMilliseconds())), cancellationToken);

    static Measurement<long> Measure(LedgerStanding entry) =>
        new(entry.Difference, new KeyValuePair<string, object?>("eventbus.consumer", entry.Consumer), new KeyValuePair<string, object?>("eventbus.endpoint", entry.Endpoint));

    [LoggerMessage(600, LogLevel.Error, "The ledger differs by {Difference} events at consumer {Consumer}, endpoint '{Endpoint}'; eventbus ledger --missing lists them")]
    static partial void LogDifference(ILogger logger, long difference, string consumer, string endpoint);

    [LoggerMessage(601, LogLevel.Information, "The ledger of consumer {Consumer}, endpoint '{Endpoint}' is even again")]
    static partial void LogSettled(ILogger logger, string consumer, string endpoint);

    [LoggerMessage(602, LogLevel.Warning, "The ledger could not be counted ({Reason})")]
    static partial void LogTrouble(ILogger logger, string reason);
}
