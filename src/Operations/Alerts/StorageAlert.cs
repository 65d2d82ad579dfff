using System.Collections.Concurrent;
using System.Data.Common;
using Dapper;
using EventBus.Storage;
using Microsoft.Extensions.Logging;

namespace EventBus.Operations.Alerts;

/// <summary>
/// Tells that the storage does not answer, and that it does again. Nothing can be written meanwhile, so each process that looks tells by itself, each channel once it is
/// reached; what was wrong is written afterwards, as an alert that is over.
/// </summary>
sealed partial class StorageAlert(Database database, IReadOnlyList<IAlertChannel> channels, TimeProvider time, ILogger logger)
{
    /// <summary>For so long the storage may not answer: one look that takes long is no alert.</summary>
    public static readonly TimeSpan Silent = TimeSpan.FromSeconds(10);

    static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Who could not be told is tried again so much later.</summary>
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    const string Text = "The storage does not answer: gateways refuse what they cannot look up, consumers wait, and nothing else is watched.";

    readonly ConcurrentDictionary<string, string> _told = new(StringComparer.Ordinal);
    long _answered = time.GetTimestamp();
    volatile Alert? _last;

    /// <summary>Whether it does not answer.</summary>
    public bool IsOpen => _last is { ResolvedAt: null };

    /// <summary>It did now.</summary>
    public void Answered() => Interlocked.Exchange(ref _answered, time.GetTimestamp());

    /// <summary>Watches and tells until the process ends.</summary>
    public Task WatchAsync(CancellationToken stoppingToken) => Task.WhenAll(
        [
            RepeatAsync(
                async token =>
                {
                    await LookAsync(token);
                    return Interval;
                },
                stoppingToken),
            .. channels.Select(channel => RepeatAsync(async token => await TellAsync(channel, token) ? Interval : Pause, stoppingToken)),
        ]);

    /// <summary>Looks once.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        var silent = time.GetElapsedTime(Interlocked.Read(ref _answered));
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (silent >= Silent && !IsOpen)
        {
            _last = New(now - (long)silent.TotalMilliseconds, now, null);
            LogAway(logger);
        }
        else if (silent < Silent && _last is { ResolvedAt: null } open)
        {
            var over = New(open.Since, open.RaisedAt, now);
            _last = over;
            LogBack(logger);
            await KeepAsync(over, cancellationToken);
        }
    }

    /// <summary>Tells a channel what it has not been told; one that was never told that it began is not told that it is over.</summary>
    /// <returns>Whether there is nothing left to tell.</returns>
    public async Task<bool> TellAsync(IAlertChannel channel, CancellationToken cancellationToken)
    {
        if (_last is not { } alert)
        {
            return true;
        }

        var (begun, over) = ($"{alert.Since}", $"{alert.Since} {AlertRegister.Resolved}");
        var told = _told.GetValueOrDefault(channel.Name);
        if (told == over || (alert.ResolvedAt is null ? told == begun : told != begun))
        {
            return true;
        }

        var notification = alert.ResolvedAt is { } resolved
            ? new AlertNotification((alert.Id * 2) - 1, AlertRegister.Resolved, DateTimeOffset.FromUnixTimeMilliseconds(resolved), alert)
            : new AlertNotification(alert.Id * 2, AlertRegister.Raised, DateTimeOffset.FromUnixTimeMilliseconds(alert.RaisedAt), alert);
        if (await channel.TellAsync(notification, cancellationToken) is { } error)
        {
            LogUntold(logger, channel.Name, error);
            return false;
        }

        _told[channel.Name] = alert.ResolvedAt is null ? begun : over;
        return true;
    }

    async Task RepeatAsync(Func<CancellationToken, Task<TimeSpan>> work, CancellationToken stoppingToken)
    {
        while (true)
        {
            await Task.Delay(await work(stoppingToken), time, stoppingToken);
        }
    }

    static Alert New(long since, long raised, long? resolved) => new()
    {
        // No number of a row: there was none when it was told.
        Id = -since, Cause = AlertKind.Storage.Name, Kind = AlertKind.Storage.Name, Severity = AlertKind.Storage.Severity, Text = Text, Since = since, RaisedAt = raised, SeenAt = resolved ?? raised, ResolvedAt = resolved,
    };

    async Task KeepAsync(Alert alert, CancellationToken cancellationToken)
    {
        try
        {
            await database.TransactAsync(
                transaction => transaction.Connection!.ExecuteAsync(
                    """
                    INSERT INTO alerts (cause, kind, severity, text, since, raised_at, seen_at, resolved_at) VALUES (@Cause, @Kind, @severity, @Text, @Since, @RaisedAt, @SeenAt, @ResolvedAt)
                    """,
                    new { alert.Cause, alert.Kind, severity = AlertRegister.Word(alert.Severity), alert.Text, alert.Since, alert.RaisedAt, alert.SeenAt, alert.ResolvedAt }, transaction),
                cancellationToken);
        }
        catch (Exception e) when (e is DbException or StorageException)
        {
            LogUnkept(logger, e.GetType().Name);
        }
    }

    [LoggerMessage(731, LogLevel.Error, "Alert: the storage does not answer; nothing else is watched until it does")]
    static partial void LogAway(ILogger logger);

    [LoggerMessage(732, LogLevel.Information, "The storage answers again")]
    static partial void LogBack(ILogger logger);

    [LoggerMessage(733, LogLevel.Warning, "The {Channel} was not told that the storage does not answer, or that it does again ({Reason}); it is tried again")]
    static partial void LogUntold(ILogger logger, string channel, string reason);

    [LoggerMessage(734, LogLevel.Warning, "That the storage was away could not be written down ({Reason})")]
    static partial void LogUnkept(ILogger logger, string reason);
}
