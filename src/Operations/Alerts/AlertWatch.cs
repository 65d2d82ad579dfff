using System.Diagnostics.Metrics;
using Dapper;
using EventBus.Operations.Broker;
using EventBus.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EventBus.Operations.Alerts;

/// <summary>
/// Looks every few seconds whether something is wrong, and exports what is as <c>eventbus.alerts.open</c>. Several hosts may do it on one database. While that is away nothing
/// else is known, and <see cref="StorageAlert"/> tells of it.
/// </summary>
public sealed partial class AlertWatch : BackgroundService
{
    /// <summary>Rounds that may be missed before what happened meanwhile counts as unknown.</summary>
    const int Break = 3;

    static readonly Meter Meter = new("EventBus.Operations");

    readonly Database _database;
    readonly TimeProvider _time;
    readonly ILogger<AlertWatch> _logger;
    readonly AlertOptions _options;
    readonly Causes _causes;
    readonly AlertRegister _register;
    readonly BrokerWatch _broker;
    readonly StorageAlert _storage;
    IReadOnlyDictionary<string, long> _open = new Dictionary<string, long>(StringComparer.Ordinal);
    long _lastLook;

    /// <summary>Looks at nothing yet.</summary>
    public AlertWatch(Database database, BrokerWatch broker, IEnumerable<IAlertChannel> channels, IOptions<AlertOptions> options, TimeProvider time, ILogger<AlertWatch> logger)
    {
        _database = database;
        _time = time;
        _logger = logger;
        _options = options.Value;
        _causes = new Causes(_options);
        _broker = broker;
        var all = channels.ToList();
        _register = new AlertRegister(database, _options.Steady, [.. all.Select(c => c.Name)]);
        _storage = new StorageAlert(database, all, time, logger);
        Gauge = Meter.CreateObservableGauge("eventbus.alerts.open", Measure, "{alert}", "Alerts that are open, by kind and severity.");
    }

    /// <summary>The gauge.</summary>
    internal ObservableGauge<long> Gauge { get; }

    /// <summary>Since when it has looked without a break, by the database's clock.</summary>
    internal long WatchingSince { get; set; }

    /// <summary>Looks once.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<Cause> causes;
        HashSet<string> open;
        long now;
        await using (var connection = await _database.ConnectAsync(cancellationToken))
        {
            now = await connection.QuerySingleAsync<long>($"SELECT {_database.Now}");
            if (now - _lastLook > Math.Max(_options.Interval.TotalMilliseconds, 1000) * Break)
            {
                WatchingSince = now;
            }

            open = await AlertRegister.OpenAsync(connection);
            causes = await _causes.ReadAsync(connection, _broker.Last is { Trouble: null } view ? view : null, now, WatchingSince, open);
        }

        open.UnionWith(causes.Select(c => c.Key));
        foreach (var change in await _register.ApplyAsync(causes, open, now, cancellationToken))
        {
            Log(change);
            if (change.Transition == AlertRegister.Resolved)
            {
                open.Remove(change.Cause);
            }
        }

        _storage.Answered();
        _lastLook = now;
        _open = open.CountBy(cause => cause.Split('/')[0]).ToDictionary(k => k.Key, k => (long)k.Value, StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(LookOnAsync(stoppingToken), _storage.WatchAsync(stoppingToken));

    async Task LookOnAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogTrouble(_logger, e.GetType().Name);
            }

            await Task.Delay(_options.Interval, _time, stoppingToken);
        }
    }

    IEnumerable<Measurement<long>> Measure() => AlertKind.All.Select(kind => new Measurement<long>(
        kind == AlertKind.Storage ? _storage.IsOpen ? 1 : 0 : _open.GetValueOrDefault(kind.Name), new KeyValuePair<string, object?>("eventbus.alert", kind.Name), new KeyValuePair<string, object?>("eventbus.severity", AlertRegister.Word(kind.Severity))));

    void Log(AlertRegister.Change change)
    {
        if (change.Transition == AlertRegister.Resolved)
        {
            LogResolved(_logger, change.Id, change.Text);
        }
        else if (change.Severity == AlertSeverity.Critical)
        {
            LogCritical(_logger, change.Id, change.Text);
        }
        else
        {
            LogWarning(_logger, change.Id, change.Text);
        }
    }

    [LoggerMessage(651, LogLevel.Error, "Alert {Id}: {Text}")]
    static partial void LogCritical(ILogger logger, long id, string text);

    [LoggerMessage(652, LogLevel.Warning, "Alert {Id}: {Text}")]
    static partial void LogWarning(ILogger logger, long id, string text);

    [LoggerMessage(653, LogLevel.Information, "Alert {Id} is resolved: {Text}")]
    static partial void LogResolved(ILogger logger, long id, string text);

    [LoggerMessage(654, LogLevel.Warning, "It could not be looked whether something is wrong ({Reason})")]
    static partial void LogTrouble(ILogger logger, string reason);
}
