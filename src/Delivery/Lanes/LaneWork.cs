using EventBus.Storage;

namespace EventBus.Delivery.Lanes;

/// <summary>What a lane does with what waits in it: begins what may begin, records how it ended, and has read what comes next.</summary>
sealed class LaneWork(LaneConsumer consumer, LaneBooks books, LaneStore store, LaneLease lease, CompletionWriter completions, TimeProvider time, LaneLog log)
{
    /// <summary>Rows in one reading.</summary>
    const int ReadLimit = 200;

    const int SubjectReadLimit = 32;

    /// <summary>Readings at once, of backlogs and of subjects.</summary>
    const int MaxLoading = 8;

    /// <summary>An event that was begun this often without an outcome ends the process that begins it.</summary>
    const int MaxStarts = 5;

    readonly Dictionary<long, Task> _atWork = [];

    /// <summary>Targets with something to be read, once less is.</summary>
    readonly HashSet<LaneTarget> _toLoad = [];
    int _loading;

    /// <summary>Works as long as the lane is held.</summary>
    public async Task BringAsync(CancellationToken cancellationToken)
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
        using var ended = cancellationToken.UnsafeRegister(static books => ((LaneBooks)books!).Wake(), books);
        await using var alarm = time.CreateTimer(static books => ((LaneBooks)books!).Wake(), books, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var next = DateTimeOffset.MinValue;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (time.GetUtcNow() >= next)
            {
                next = time.GetUtcNow() + LaneBooks.Pulse;
                foreach (var target in books.Targets)
                {
                    Look(target, reading, ref next, cancellationToken);
                }
            }

            while (books.TakeStirred() is { } target)
            {
                Look(target, reading, ref next, cancellationToken);
            }

            reading.RemoveWhere(t => t.IsCompletedSuccessfully);
            if (reading.FirstOrDefault(t => t.IsCompleted) is { } failed)
            {
                await failed;
            }

            if (next - time.GetUtcNow() is var wait && wait > TimeSpan.Zero)
            {
                alarm.Change(wait, Timeout.InfiniteTimeSpan);
                await books.UntilWokenAsync();
            }
        }
    }

    void Look(LaneTarget target, HashSet<Task> reading, ref DateTimeOffset next, CancellationToken cancellationToken)
    {
        if (!lease.IsHeld)
        {
            throw new LaneLostException();
        }

        Begin(target, ref next, cancellationToken);
        Read(target, reading);
    }

    void Begin(LaneTarget target, ref DateTimeOffset next, CancellationToken cancellationToken)
    {
        lock (books.Gate)
        {
            while (target.Book.Peek(time.GetUtcNow()) is { } item)
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
        lock (books.Gate)
        {
            if (_loading < MaxLoading && target.Book.ReadFrom is { } from)
            {
                target.Book.BeginRead();
                _loading++;
                reading.Add(LoadAsync(target, () => ReadBacklogAsync(target, from)));
            }

            while (_loading < MaxLoading && target.Book.TakeLoad() is var (key, behind, isReplaced))
            {
                _loading++;
                reading.Add(LoadAsync(target, () => ReadSubjectAsync(target, key, behind, isReplaced)));
            }

            if (target.Book.ReadFrom is not null || target.Book.HasLoads)
            {
                _toLoad.Add(target);
            }
        }
    }

    async Task LoadAsync(LaneTarget target, Func<Task> read)
    {
        try
        {
            await read();
        }
        finally
        {
            lock (books.Gate)
            {
                _loading--;
                foreach (var waiting in _toLoad)
                {
                    books.Stir(waiting);
                }

                _toLoad.Clear();
            }

            books.Stir(target);
        }
    }

    async Task ReadBacklogAsync(LaneTarget target, long from)
    {
        var items = await store.ReadAsync(target.Target, from, ReadLimit, lease.Epoch);
        lock (books.Gate)
        {
            target.Book.EndRead(items, items.Count < ReadLimit);
        }
    }

    async Task ReadSubjectAsync(LaneTarget target, string key, long behind, bool isReplaced)
    {
        foreach (var @event in isReplaced ? await store.SupersedeAsync(target.Target.Name, key, behind) : [])
        {
            LaneMetrics.Record(consumer.Name, target.Target.Name, @event, DeliveryState.Superseded, time.GetUtcNow());
        }

        var items = await store.ReadSubjectAsync(target.Target.Name, key, behind, SubjectReadLimit, lease.Epoch);
        lock (books.Gate)
        {
            target.Book.EndLoad(key, items, items.Count < SubjectReadLimit);
        }
    }

    async Task AttemptAsync(LaneTarget target, DeliveryItem item, bool gaveUp, CancellationToken cancellationToken)
    {
        try
        {
            var result = gaveUp ? GaveUp() : await MakeAttemptAsync(target, item, cancellationToken);
            if (result.End == AttemptEnd.Postponed)
            {
                lock (books.Gate)
                {
                    target.Book.Return(item);
                }

                return;
            }

            var completion = await RecordAsync(target, item, result, cancellationToken);
            LaneMetrics.Record(consumer.Name, item.Endpoint, item.Event, completion.State, time.GetUtcNow());
            lock (books.Gate)
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
                log.Dead(item.Event, item.Endpoint, result.Error, result.Frame is null ? "" : $", at {result.Frame}");
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The lane is given up: the event waits in the store.
        }
        finally
        {
            lock (books.Gate)
            {
                _atWork.Remove(item.Id);
            }

            books.Stir(target);
        }
    }

    async Task<AttemptResult> MakeAttemptAsync(LaneTarget target, DeliveryItem item, CancellationToken cancellationToken)
    {
        if (item.IsSuspect)
        {
            await UntilStoredAsync(() => store.BeginSuspectAsync(item.Id, lease.Epoch), cancellationToken);
        }

        var startedAt = time.GetUtcNow();
        using var span = new ProcessSpan(consumer.Name, item, time);
        try
        {
            return span.End(await target.Target.AttemptAsync(item, cancellationToken));
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return span.End(AttemptResult.OfException(e, startedAt, time.GetUtcNow() - startedAt));
        }
    }

    AttemptResult GaveUp() => new(AttemptEnd.Rejected)
    {
        StartedAt = time.GetUtcNow(),
        Error = $"the process ended {MaxStarts} times while it was at work on this event",
    };

    /// <summary>An attempt that was made has to be recorded; while the storage does not take it, nothing of the subject goes on.</summary>
    async Task<Completion> RecordAsync(LaneTarget target, DeliveryItem item, AttemptResult result, CancellationToken cancellationToken)
    {
        bool hasNewer;
        lock (books.Gate)
        {
            hasNewer = target.Target.Order == OrderPolicy.Supersede && target.Book.HasNewer(item);
        }

        var completion = Completion.Of(consumer.Name, item, result, target.Target, hasNewer, time.GetUtcNow(), Random.Shared.NextDouble());
        await UntilStoredAsync(
            async () =>
            {
                try
                {
                    await completions.WriteAsync(completion);
                }
                catch (Exception e) when (completion.Result.Save is not null && e is not StorageException)
                {
                    // What the handler saves fails: so does the handling.
                    completion = Completion.Of(consumer.Name, item, AttemptResult.OfException(e, result.StartedAt, result.Duration), target.Target, hasNewer, time.GetUtcNow(), Random.Shared.NextDouble());
                    await completions.WriteAsync(completion);
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
                log.Trouble(e);
                await Task.Delay(LaneBooks.Pulse, cancellationToken);
            }
        }
    }

    /// <summary>Waits until the attempts that were at work have ended.</summary>
    public async Task EndAttemptsAsync()
    {
        Task[] atWork;
        lock (books.Gate)
        {
            atWork = [.. _atWork.Values];
        }

        await Task.WhenAll(atWork);
    }
}
