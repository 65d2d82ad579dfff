using System.Data.Common;
using System.Threading.Channels;
using EventBus.Contracts;
using EventBus.Storage;
using Microsoft.Extensions.Logging;

namespace EventBus.Delivery.Lanes;

/// <summary>
/// One partition of a consumer: stores the events it is given, in order, and brings them to their targets, each subject in order. It works while it holds the lease;
/// what waits is in the store, so another process goes on where this one ends.
/// </summary>
sealed partial class Lane : IAsyncDisposable
{
    /// <summary>Events in one transaction.</summary>
    const int MaxBatch = 200;

    /// <summary>Events of one target in memory.</summary>
    const int Capacity = 1000;

    /// <summary>Rows in one reading.</summary>
    const int ReadLimit = 200;

    const int SubjectReadLimit = 32;

    /// <summary>An event that was begun this often without an outcome ends the process that begins it.</summary>
    const int MaxStarts = 5;

    static readonly TimeSpan Pulse = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    readonly LaneConsumer _consumer;
    readonly Database _database;
    readonly CompletionWriter _completions;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    readonly LaneStore _store;
    readonly LaneLease _lease;
    readonly IReadOnlyList<LaneTarget> _targets;
    readonly Channel<Given> _given = Channel.CreateBounded<Given>(new BoundedChannelOptions(4 * MaxBatch) { SingleReader = true });
    readonly CancellationTokenSource _stop = new();
    readonly SemaphoreSlim _wake = new(0);
    readonly Lock _gate = new();
    readonly SemaphoreSlim _order = new(1);
    readonly Dictionary<long, Task> _atWork = [];
    readonly List<Given> _storing = [];
    Task? _loop;

    public Lane(LaneConsumer consumer, int partition, string owner, Database database, CompletionWriter completions, TimeProvider time, ILogger logger)
    {
        Name = $"{consumer.Name}/{partition}";
        _consumer = consumer;
        _database = database;
        _completions = completions;
        _time = time;
        _logger = logger;
        _store = new LaneStore(database, consumer.Name, Name, time);
        _lease = new LaneLease(database, Name, owner);
        _targets = [.. consumer.Targets.Select(t => new LaneTarget(t))];
        foreach (var target in consumer.Targets)
        {
            target.Opened += OnOpened;
        }
    }

    /// <summary>Consumer and partition.</summary>
    public string Name { get; }

    /// <summary>Works until disposed.</summary>
    /// <param name="log">Where events are read from, in one process; null where they are given.</param>
    public void Start(EventArchive? log) => _loop = Task.Run(() => RunAsync(log));

    /// <summary>Gives the lane an event; events are stored in the order of the calls. Returns when it is stored.</summary>
    public async Task TakeAsync(Incoming incoming, CancellationToken cancellationToken)
    {
        var given = new Given(incoming);
        await _given.Writer.WriteAsync(given, cancellationToken);
        await given.Stored.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Ends the attempts that are at work, and gives the lease back.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_loop is not null)
        {
            await _loop;
        }

        foreach (var target in _consumer.Targets)
        {
            target.Opened -= OnOpened;
        }

        _given.Writer.TryComplete();
        while (_given.Reader.TryRead(out var given))
        {
            _storing.Add(given);
        }

        _storing.ForEach(g => g.Stored.TrySetCanceled(CancellationToken.None));

        _stop.Dispose();
        _wake.Dispose();
        _order.Dispose();
    }

    void OnOpened(object? sender, EventArgs e) => Wake();

    void Wake()
    {
        if (_wake.CurrentCount == 0)
        {
            _wake.Release();
        }
    }

    async Task RunAsync(EventArchive? log)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                // Whoever is given events asks for the lane; otherwise it is enough to see when its holder has ended.
                var ask = _storing.Count > 0 || _given.Reader.TryPeek(out _);
                if (await _lease.TryTakeAsync(ask, _stop.Token))
                {
                    await HoldAsync(log);
                }
                else
                {
                    await Task.Delay(ask ? Pause : Pulse, _stop.Token);
                }
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                LogTrouble(_logger, Name, Reason(e));
                await Task.WhenAny(Task.Delay(Pulse, _stop.Token));
            }
        }
    }

    /// <summary>Works while the lease is held.</summary>
    async Task HoldAsync(EventArchive? log)
    {
        using var held = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        LogHeld(_logger, Name, _lease.Epoch);
        foreach (var target in _targets)
        {
            target.Reset(_lease.Position);
        }

        Task[] work =
        [
            StoreGivenAsync(held.Token),
            BringAsync(held.Token),
            RetryDeadAsync(held.Token),
            .. log is null ? (Task[])[] : [StoreLoggedAsync(log, held.Token)],
        ];
        var trouble = (Exception?)null;
        var ended = Task.WhenAny(work);
        try
        {
            while (!ended.IsCompleted && await IsStillHeldAsync())
            {
                await Task.WhenAny(ended, Task.Delay(LaneLease.Duration / 5, _stop.Token));
                _stop.Token.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            await held.CancelAsync();
            foreach (var task in work)
            {
                try
                {
                    await task;
                }
                catch (OperationCanceledException)
                {
                }
                catch (Exception e) when (e is not OutOfMemoryException)
                {
                    trouble ??= e;
                }
            }

            await EndAttemptsAsync();
            if (_lease.Epoch > 0)
            {
                await _lease.ReleaseAsync(CancellationToken.None);
            }
        }

        if (trouble is not null and not LaneLostException)
        {
            LogTrouble(_logger, Name, Reason(trouble));
        }

        // Another process may have asked for the lane: it has the first turn.
        await Task.Delay(Pulse, _stop.Token);
    }

    /// <returns>False where the lease is lost, or another process asks for it.</returns>
    async Task<bool> IsStillHeldAsync()
    {
        try
        {
            var (isHeld, wanted) = await _lease.RenewAsync(_stop.Token);
            return isHeld && !wanted;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The storage does not answer: the lease lasts as long as it was granted for.
            LogTrouble(_logger, Name, Reason(e));
            return _lease.IsHeld;
        }
    }

    async Task StoreGivenAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_storing.Count == 0)
            {
                await _given.Reader.WaitToReadAsync(cancellationToken);
            }

            while (_storing.Count < MaxBatch && _given.Reader.TryRead(out var next))
            {
                _storing.Add(next);
            }

            // Where this fails, they are the first to be stored when the lane is held again. They are not given back to the queue, which would change their order.
            await StoreAsync(_storing.ConvertAll(g => g.Incoming), null);
            _storing.ForEach(g => g.Stored.TrySetResult());
            _storing.Clear();
        }
    }

    async Task StoreLoggedAsync(EventArchive log, CancellationToken cancellationToken)
    {
        using var appended = new SemaphoreSlim(1);
        void OnAppended(object? sender, EventArgs e)
        {
            if (appended.CurrentCount == 0)
            {
                appended.Release();
            }
        }

        log.Appended += OnAppended;
        try
        {
            var position = await _store.LogPositionAsync();
            while (true)
            {
                await appended.WaitAsync(Pulse, cancellationToken);
                IReadOnlyList<LoggedEvent> events;
                while ((events = await log.ReadAsync(position, MaxBatch, cancellationToken)).Count > 0)
                {
                    position = events[^1].Position;
                    var incoming = events.Select(e => new Incoming(EventJson.Parse(e.Body), e.Body)).Where(i => _consumer.Asks(i.Event!.Type)).ToList();
                    await StoreAsync(incoming, position);
                }
            }
        }
        finally
        {
            log.Appended -= OnAppended;
        }
    }

    async Task StoreAsync(IReadOnlyList<Incoming> incoming, long? logPosition)
    {
        List<PlannedEvent> plan = [];
        await InOrderAsync(async () =>
        {
            lock (_gate)
            {
                plan = [.. incoming.Select(Plan)];
            }

            await HandAsync(await _store.StoreAsync(plan, _lease.Epoch, logPosition));
        });
        foreach (var planned in plan)
        {
            foreach (var target in planned.Endpoints.Append(planned.Own).Where(t => t.State != DeliveryState.Waiting))
            {
                LaneMetrics.Record(_consumer.Name, target.Endpoint, planned.Incoming.Event, target.State);
                if (target.State == DeliveryState.Dead)
                {
                    LogDead(_logger, planned.Incoming.Event?.Id ?? "", planned.Incoming.Event?.Type ?? "", _consumer.Name, target.Endpoint, planned.Incoming.DeadCause ?? DeadLetters.NoEvent, "");
                }
            }
        }
    }

    /// <summary>What gives out positions does so one after the other, until the books know of them: they have to learn of a subject's events in their order.</summary>
    async Task InOrderAsync(Func<Task> give)
    {
        await _order.WaitAsync();
        try
        {
            await give();
        }
        finally
        {
            _order.Release();
        }
    }

    /// <summary>What was stored goes on at once, unless something of its target or subject is before it.</summary>
    async Task HandAsync(IReadOnlyList<StoredRow> rows)
    {
        var replacing = new Dictionary<(LaneTarget Target, string SubjectKey), long>();
        lock (_gate)
        {
            foreach (var row in rows.Where(r => r.Target.State == DeliveryState.Waiting))
            {
                var target = Target(row.Target.Endpoint);
                target.Book.Stored(row.ToItem(), row.Target.AtOnce);
                if (target.Target.Order == OrderPolicy.Supersede && target.Book.IsHeld(row.Planned.SubjectKey))
                {
                    replacing[(target, row.Planned.SubjectKey)] = row.Position;
                }
            }
        }

        foreach (var ((target, subjectKey), position) in replacing)
        {
            await _store.SupersedeAsync(target.Target.Name, subjectKey, position);
            lock (_gate)
            {
                if (target.Book.IsHeld(subjectKey))
                {
                    target.Book.Release(subjectKey, position - 1);
                }
            }
        }

        Wake();
    }

    LaneTarget Target(string endpoint) => _targets.First(t => t.Target.Name == endpoint);

    PlannedEvent Plan(Incoming incoming)
    {
        var planned = new PlannedEvent(incoming, new PlannedTarget("", DeliveryState.Dead), []);
        if (incoming.Event is not { } e)
        {
            return planned;
        }

        var endpoints = new List<PlannedTarget>();
        foreach (var target in _targets.Where(t => t.Target.Name.Length > 0 && (incoming.OnlyTo ?? t.Target.Name) == t.Target.Name && t.Target.Patterns.Any(p => p.Matches(e.Type))))
        {
            endpoints.Add(!target.Target.Wants(e) ? new PlannedTarget(target.Target.Name, DeliveryState.Filtered)
                : incoming.DeadCause is not null ? new PlannedTarget(target.Target.Name, DeliveryState.Dead)
                : new PlannedTarget(target.Target.Name, DeliveryState.Waiting, target.Book.WouldTake(planned.SubjectKey)));
        }

        var handler = incoming.OnlyTo is null && _consumer.Asks(e.Type) ? _targets.FirstOrDefault(t => t.Target.Name.Length == 0) : null;
        var own = handler is not null ? incoming.DeadCause is not null ? planned.Own : new PlannedTarget("", DeliveryState.Waiting, handler.Book.WouldTake(planned.SubjectKey))
            : new PlannedTarget("", endpoints.Exists(t => t.State != DeliveryState.Filtered) ? DeliveryState.Processed : DeliveryState.Filtered);
        return planned with { Own = own, Endpoints = endpoints };
    }

    /// <summary>Begins what may begin, and has read what comes next.</summary>
    async Task BringAsync(CancellationToken cancellationToken)
    {
        var reading = new HashSet<Task>();
        try
        {
            await BringAsync(reading, cancellationToken);
        }
        finally
        {
            await Task.WhenAll(reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task BringAsync(HashSet<Task> reading, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var next = _time.GetUtcNow() + Pulse;
            foreach (var target in _targets)
            {
                if (!_lease.IsHeld)
                {
                    throw new LaneLostException();
                }

                Begin(target, ref next, cancellationToken);
                Read(target, reading);
            }

            reading.RemoveWhere(t => t.IsCompletedSuccessfully);
            if (reading.FirstOrDefault(t => t.IsCompleted) is { } failed)
            {
                await failed;
            }

            var wait = next - _time.GetUtcNow();
            if (wait > TimeSpan.Zero)
            {
                // The provider's own delay, so that tests can move the clock.
                using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                await Task.WhenAny(_wake.WaitAsync(done.Token), Task.Delay(wait, _time, done.Token));
                await done.CancelAsync();
            }
        }
    }

    void Begin(LaneTarget target, ref DateTimeOffset next, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            while (target.Book.Peek(_time.GetUtcNow()) is { } item)
            {
                var gaveUp = item.Starts >= MaxStarts;
                if (!gaveUp && !target.Target.TryBegin(item, out var askAgain))
                {
                    next = askAgain < next ? askAgain.Value : next;
                    return;
                }

                target.Book.Begin(item);
                _atWork.Add(item.Id, Task.Run(() => AttemptAsync(target, item, gaveUp, cancellationToken), CancellationToken.None));
            }

            next = target.Book.NextDue < next ? target.Book.NextDue.Value : next;
        }
    }

    void Read(LaneTarget target, HashSet<Task> reading)
    {
        lock (_gate)
        {
            if (target.Book.ReadFrom is { } from)
            {
                target.Book.BeginRead();
                reading.Add(ReadBacklogAsync(target, from));
            }

            while (reading.Count < 8 && target.Book.TakeLoad() is var (key, behind))
            {
                reading.Add(ReadSubjectAsync(target, key, behind));
            }
        }
    }

    async Task ReadBacklogAsync(LaneTarget target, long from)
    {
        var items = await _store.ReadAsync(target.Target.Name, from, ReadLimit, _lease.Epoch);
        lock (_gate)
        {
            target.Book.EndRead(items, items.Count < ReadLimit);
        }

        Wake();
    }

    async Task ReadSubjectAsync(LaneTarget target, string key, long behind)
    {
        var items = await _store.ReadSubjectAsync(target.Target.Name, key, behind, SubjectReadLimit, _lease.Epoch);
        lock (_gate)
        {
            target.Book.EndLoad(key, items, items.Count < SubjectReadLimit);
        }

        Wake();
    }

    async Task AttemptAsync(LaneTarget target, DeliveryItem item, bool gaveUp, CancellationToken cancellationToken)
    {
        try
        {
            var result = gaveUp ? GaveUp() : await MakeAttemptAsync(target, item, cancellationToken);
            if (result.End == AttemptEnd.Postponed)
            {
                lock (_gate)
                {
                    target.Book.Return(item);
                }

                return;
            }

            var completion = await RecordAsync(target, item, result, cancellationToken);
            LaneMetrics.Record(_consumer.Name, item.Endpoint, item.Event, completion.State);
            lock (_gate)
            {
                if (completion.State == DeliveryState.Waiting)
                {
                    target.Book.Hold(item, completion.Due!.Value);
                }
                else
                {
                    target.Book.Finish(item);
                }
            }

            if (completion.State == DeliveryState.Dead)
            {
                LogDead(_logger, item.Event.Id, item.Event.Type, _consumer.Name, item.Endpoint, result.Error, result.Frame is null ? "" : $", at {result.Frame}");
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The lane is given up: the event waits in the store.
        }
        finally
        {
            lock (_gate)
            {
                _atWork.Remove(item.Id);
            }

            Wake();
        }
    }

    async Task<AttemptResult> MakeAttemptAsync(LaneTarget target, DeliveryItem item, CancellationToken cancellationToken)
    {
        if (item.IsSuspect)
        {
            await UntilStoredAsync(() => _store.BeginSuspectAsync(item.Id, _lease.Epoch), cancellationToken);
        }

        var startedAt = _time.GetUtcNow();
        try
        {
            return await target.Target.AttemptAsync(item, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return AttemptResult.OfException(e, startedAt, _time.GetUtcNow() - startedAt);
        }
    }

    AttemptResult GaveUp() => new(AttemptEnd.Rejected)
    {
        StartedAt = _time.GetUtcNow(),
        Error = $"the process ended {MaxStarts} times while it was at work on this event",
    };

    /// <summary>An attempt that was made has to be recorded; while the storage does not take it, nothing of the subject goes on.</summary>
    async Task<Completion> RecordAsync(LaneTarget target, DeliveryItem item, AttemptResult result, CancellationToken cancellationToken)
    {
        bool hasNewer;
        lock (_gate)
        {
            hasNewer = target.Target.Order == OrderPolicy.Supersede && target.Book.HasNewer(item);
        }

        var completion = Completion.Of(_consumer.Name, item, result, target.Target, hasNewer, _time.GetUtcNow(), Random.Shared.NextDouble());
        await UntilStoredAsync(
            async () =>
            {
                try
                {
                    await _completions.WriteAsync(completion);
                }
                catch (Exception e) when (completion.Result.Save is not null && e is not StorageException)
                {
                    // What the handler saves fails: so does the handling.
                    completion = Completion.Of(_consumer.Name, item, AttemptResult.OfException(e, result.StartedAt, result.Duration), target.Target, hasNewer, _time.GetUtcNow(), Random.Shared.NextDouble());
                    await _completions.WriteAsync(completion);
                }
            },
            cancellationToken);
        return completion;
    }

    async Task UntilStoredAsync(Func<Task> store, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await store();
                return;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogTrouble(_logger, Name, Reason(e));
                await Task.Delay(Pulse, cancellationToken);
            }
        }
    }

    async Task EndAttemptsAsync()
    {
        Task[] atWork;
        lock (_gate)
        {
            atWork = [.. _atWork.Values];
        }

        await Task.WhenAll(atWork);
    }

    async Task RetryDeadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await InOrderAsync(async () =>
            {
                var items = await _store.TakeRetriesAsync(_lease.Epoch, MaxBatch);
                lock (_gate)
                {
                    foreach (var item in items)
                    {
                        Target(item.Endpoint).Book.Stored(item, noted: true);
                    }
                }
            });
            Wake();
            await Task.Delay(Pulse, cancellationToken);
        }
    }

    /// <summary>In words without data: a database's own text can hold values.</summary>
    static string Reason(Exception exception) => exception is DbException { SqlState: { } state } ? $"{exception.GetType().Name}, SQLSTATE {state}" : exception.GetType().Name;

    [LoggerMessage(310, LogLevel.Debug, "Lane {Lane} is held (epoch {Epoch})")]
    static partial void LogHeld(ILogger logger, string lane, long epoch);

    [LoggerMessage(311, LogLevel.Warning, "Lane {Lane} waits: {Reason}")]
    static partial void LogTrouble(ILogger logger, string lane, string reason);

    [LoggerMessage(312, LogLevel.Error, "Event {EventId} ({EventType}) is dead at consumer {Consumer}, endpoint '{Endpoint}': {Reason}{Frame}")]
    static partial void LogDead(ILogger logger, string eventId, string eventType, string consumer, string endpoint, string? reason, string frame);

    sealed record Given(Incoming Incoming)
    {
        public TaskCompletionSource Stored { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    sealed class LaneTarget(DeliveryTarget target)
    {
        public DeliveryTarget Target { get; } = target;

        public OrderBook Book { get; private set; } = new(target.Order, Capacity);

        /// <summary>Begins anew from what is stored.</summary>
        public void Reset(long last)
        {
            Book = new OrderBook(Target.Order, Capacity);
            Book.Open(last);
        }
    }
}
