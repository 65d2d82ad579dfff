using System.Data.Common;
using System.Diagnostics.Metrics;
using EventBus.Contracts;
using EventBus.Publisher;
using EventBus.Storage;
using MassTransit;
using Microsoft.Extensions.Options;

namespace EventBus.Gateway.Spooling;

/// <summary>
/// Where accepted events go: to the broker, or while that does not take them into the spool, from where they follow in the order of acceptance. As long as
/// anything waits in the spool new events line up behind it.
/// </summary>
sealed partial class EventOutlet : BackgroundService
{
    const int BatchSize = 128;

    /// <summary>With so few left new events wait for a moment instead of lining up, else under steady load the spool would never be empty.</summary>
    const int Nearly = 256;

    static readonly Meter Meter = new("EventBus.Gateway");
    static readonly Counter<long> Spooled = Meter.CreateCounter<long>("eventbus.events.spooled", "{event}", "Events that went into the spool, since the broker did not take them.");
    static readonly TimeSpan Tell = TimeSpan.FromSeconds(30);

    readonly IEventPublisher _publisher;
    readonly IBusControl _bus;
    readonly EventSpool _spool;
    readonly TimeProvider _time;
    readonly ILogger<EventOutlet> _logger;
    readonly long _maxBytes;
    readonly bool _inOneProcess;
    readonly Lock _lock = new();
    readonly SemaphoreSlim _wake = new(0, 1);
    readonly ObservableGauge<long> _waitingGauge;
    readonly ObservableGauge<double> _ageGauge;

    bool _spooling;
    long _waiting;
    long _bytes;
    DateTimeOffset _since;
    DateTimeOffset? _oldest;
    TaskCompletionSource? _hold;

    public EventOutlet(
        IEventPublisher publisher, IBusControl bus, EventSpool spool, IOptions<GatewayOptions> options, TimeProvider time, ILogger<EventOutlet> logger)
    {
        _inOneProcess = publisher is LogPublisher;
        (_publisher, _bus, _spool, _time, _logger, _maxBytes) = (publisher, bus, spool, time, logger, options.Value.SpoolMaxBytes);
        _waitingGauge = Meter.CreateObservableGauge("eventbus.spool.waiting", () => Now().Waiting, "{event}", "Accepted events that wait for the broker.");
        _ageGauge = Meter.CreateObservableGauge("eventbus.spool.oldest.age", () => Now().Oldest is { } oldest ? (_time.GetUtcNow() - oldest).TotalSeconds : 0, "s", "Since when the oldest of them waits.");
    }

    /// <summary>What health and heartbeats say.</summary>
    public OutletState Now()
    {
        lock (_lock)
        {
            return new OutletState(_spooling, _waiting, _spooling ? _since : null, _waiting > 0 ? _oldest ?? _since : null, _bytes, _maxBytes);
        }
    }

    /// <summary>Takes accepted events to the broker or to disk, and returns when they are there.</summary>
    /// <exception cref="SpoolRefusedException">Neither takes them.</exception>
    public async Task TakeAsync(IReadOnlyList<CloudEvent> events)
    {
        if (_inOneProcess)
        {
            // There is no broker that could be away: publishing writes to disk itself.
            await _publisher.PublishAsync(events, CancellationToken.None);
            return;
        }

        if (events.Count == 0)
        {
            return;
        }

        while (true)
        {
            List<SpoolItem>? items = null;
            Task? hold = null;
            lock (_lock)
            {
                if (_spooling)
                {
                    hold = _hold?.Task;
                    items = hold is null ? Reserve(events) : null;
                }
            }

            if (items is not null)
            {
                await SpoolAsync(items);
                return;
            }

            if (hold is not null)
            {
                await hold;
                continue;
            }

            var (left, failure) = await PublishAsync(events);
            if (left.Count == 0)
            {
                return;
            }

            lock (_lock)
            {
                Begin(failure);
                items = Reserve(left);
            }

            await SpoolAsync(items);
            return;
        }
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        var state = await _spool.StateAsync(cancellationToken);
        if (state.Count > 0)
        {
            lock (_lock)
            {
                (_spooling, _waiting, _bytes, _since, _oldest) = (true, state.Count, state.Bytes, state.Oldest ?? _time.GetUtcNow(), state.Oldest);
            }

            LogFound(_logger, state.Count, _since);
            Wake();
        }

        await base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _wake.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await _wake.WaitAsync(stoppingToken);
            var pause = TimeSpan.FromMilliseconds(100);
            var told = _time.GetTimestamp();
            while (!TryEnd())
            {
                bool moved;
                try
                {
                    moved = await SweepAsync(stoppingToken);
                }
                catch (Exception e) when (e is StorageException or DbException)
                {
                    LogStorage(_logger, e.GetType().Name);
                    moved = false;
                }
                finally
                {
                    Release();
                }

                if (_time.GetElapsedTime(told) >= Tell)
                {
                    told = _time.GetTimestamp();
                    LogWaiting(_logger, Now().Waiting, _since);
                }

                if (moved)
                {
                    pause = TimeSpan.FromMilliseconds(100);
                }
                else
                {
                    await Task.Delay(pause, _time, stoppingToken);
                    pause = pause * 2 > TimeSpan.FromSeconds(2) ? TimeSpan.FromSeconds(2) : pause * 2;
                }
            }
        }
    }

    /// <summary>Goes once through what waits. Subjects of which one event failed are left for the next time; the others go on.</summary>
    /// <returns>Whether anything was published.</returns>
    async Task<bool> SweepAsync(CancellationToken cancellationToken)
    {
        var stuck = new HashSet<string>(StringComparer.Ordinal);
        var moved = false;
        long after = 0;
        while (true)
        {
            HoldNewcomers();
            var batch = await _spool.ReadAsync(after, BatchSize, cancellationToken);
            if (batch.Count == 0)
            {
                return moved;
            }

            var isLast = batch.Count < BatchSize;
            after = batch[^1].Position;
            List<SpooledEvent> ready = [.. batch.Where(e => !stuck.Contains(EventKey.OfSubject(e.Event)))];
            var (left, failure) = await _publisher.PublishAsync(ready, e => e.Event, cancellationToken);
            stuck.UnionWith(left.Select(e => EventKey.OfSubject(e.Event)));
            var confirmed = ready.Except(left).ToList();
            if (confirmed.Count > 0)
            {
                moved = true;
                await _spool.DeleteAsync([.. confirmed.Select(e => e.Position)]);
                var oldest = await _spool.OldestAsync(cancellationToken);
                lock (_lock)
                {
                    _waiting -= confirmed.Count;
                    _bytes -= confirmed.Sum(e => (long)e.Bytes);
                    _oldest = oldest;
                }
            }

            if (failure is not null)
            {
                Release();
            }

            // Caught up: those that failed have their next turn. And where nothing goes through, it is the broker and not a queue of it.
            if (stuck.Count > 0 && (isLast || (confirmed.Count == 0 && _bus.CheckHealth().Status != BusHealthStatus.Healthy)))
            {
                return moved;
            }
        }
    }

    async Task<(IReadOnlyList<CloudEvent> Left, Exception? Failure)> PublishAsync(IReadOnlyList<CloudEvent> events)
    {
        if (events.Count > 1)
        {
            var result = await _publisher.PublishAsync(events, e => e, CancellationToken.None);
            return result.Failure is ArgumentException wrong ? throw wrong : result;
        }

        try
        {
            await _publisher.PublishAsync(events[0], CancellationToken.None);
            return ([], null);
        }
        catch (EventPublishException e)
        {
            return (events, e);
        }
    }

    async Task SpoolAsync(List<SpoolItem> items)
    {
        try
        {
            await _spool.WriteAsync(items);
        }
        catch (Exception e) when (e is StorageException or DbException or ObjectDisposedException)
        {
            lock (_lock)
            {
                _waiting -= items.Count;
                _bytes -= items.Sum(i => (long)i.Body.Length);
            }

            throw new SpoolRefusedException("The spool could not be written.", e);
        }

        lock (_lock)
        {
            _oldest ??= items[0].AcceptedAt;
        }

        Spooled.Add(items.Count);
    }

    /// <summary>Counts them in before they are written, so that nobody takes the spool for empty meanwhile.</summary>
    List<SpoolItem> Reserve(IReadOnlyList<CloudEvent> events)
    {
        var items = events.Select(e => new SpoolItem(e.Acceptance?.Time ?? _time.GetUtcNow(), EventJson.ToUtf8Bytes(e))).ToList();
        var bytes = items.Sum(i => (long)i.Body.Length);
        if (_bytes + bytes > _maxBytes)
        {
            throw new SpoolRefusedException("The spool is full.");
        }

        _waiting += items.Count;
        _bytes += bytes;
        return items;
    }

    void Begin(Exception? failure)
    {
        if (_spooling)
        {
            return;
        }

        (_spooling, _since, _oldest) = (true, _time.GetUtcNow(), null);
        LogBegin(_logger, failure?.InnerException?.GetType().Name);
        Wake();
    }

    bool TryEnd()
    {
        lock (_lock)
        {
            if (_waiting > 0)
            {
                return false;
            }

            _spooling = false;
            _oldest = null;
        }

        Release();
        LogDrained(_logger, _since);
        return true;
    }

    void HoldNewcomers()
    {
        lock (_lock)
        {
            if (_waiting is > 0 and < Nearly && _bus.CheckHealth().Status == BusHealthStatus.Healthy)
            {
                _hold ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    void Release()
    {
        lock (_lock)
        {
            if (_spooling && _waiting == 0)
            {
                // All is through: TryEnd opens the way, and lets those who wait take it.
                return;
            }

            _hold?.TrySetResult();
            _hold = null;
        }
    }

    void Wake()
    {
        if (_wake.CurrentCount == 0)
        {
            _wake.Release();
        }
    }

    [LoggerMessage(110, LogLevel.Warning, "The broker does not take events ({Reason}); they wait in the spool")]
    static partial void LogBegin(ILogger logger, string? reason);

    [LoggerMessage(111, LogLevel.Warning, "{Count} events wait in the spool for the broker, since {Since:O}")]
    static partial void LogWaiting(ILogger logger, long count, DateTimeOffset since);

    [LoggerMessage(112, LogLevel.Information, "The spool is empty again; it was in use since {Since:O}")]
    static partial void LogDrained(ILogger logger, DateTimeOffset since);

    [LoggerMessage(113, LogLevel.Warning, "{Count} events of an earlier run wait in the spool for the broker, since {Since:O}")]
    static partial void LogFound(ILogger logger, long count, DateTimeOffset since);

    [LoggerMessage(114, LogLevel.Error, "The spool cannot be read or written ({Reason})")]
    static partial void LogStorage(ILogger logger, string reason);
}

/// <summary>How the outlet stands.</summary>
/// <param name="IsSpooling">Whether events go through the spool.</param>
/// <param name="Waiting">How many wait there.</param>
/// <param name="Since">Since when they do.</param>
/// <param name="Oldest">When the oldest of them was accepted.</param>
/// <param name="Bytes">How large they are together.</param>
/// <param name="MaxBytes">How large they may be.</param>
sealed record OutletState(bool IsSpooling, long Waiting, DateTimeOffset? Since, DateTimeOffset? Oldest, long Bytes, long MaxBytes)
{
    /// <summary>Whether there is no more room.</summary>
    public bool IsFull => Bytes >= MaxBytes;
}
