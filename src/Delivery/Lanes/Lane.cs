using EventBus.Storage;
using Microsoft.Extensions.Logging;

namespace EventBus.Delivery.Lanes;

/// <summary>
/// One partition of a consumer: stores the events it is given, in order, and brings them to their targets, each subject in order. It works while it holds the lease;
/// what waits is in the store, so another process goes on where this one ends.
/// </summary>
sealed class Lane : IAsyncDisposable
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    readonly LaneLease _lease;
    readonly LaneBooks _books;
    readonly LaneIntake _intake;
    readonly LaneWork _work;
    readonly LaneFollower _follower;
    readonly LaneLog _log;
    readonly CancellationTokenSource _stop = new();
    Task? _loop;

    public Lane(LaneConsumer consumer, int partition, string owner, Database database, CompletionWriter completions, TimeProvider time, ILogger logger)
    {
        var name = $"{consumer.Name}/{partition}";
        var store = new LaneStore(database, consumer.Name, name, time);
        _lease = new LaneLease(database, name, owner);
        _books = new LaneBooks(consumer);
        _log = new LaneLog(logger, name, consumer.Name);
        _intake = new LaneIntake(consumer, _books, store, _lease, time, _log);
        _follower = new LaneFollower(_books, store, _lease);
        _work = new LaneWork(consumer, _books, store, _lease, completions, time, _log);
    }

    /// <summary>Works until disposed.</summary>
    /// <param name="log">Where events are read from, in one process; null where they are given.</param>
    public void Start(EventArchive? log) => _loop = Task.Run(() => RunAsync(log));

    /// <inheritdoc cref="LaneIntake.TakeAsync"/>
    public Task TakeAsync(Incoming incoming, CancellationToken cancellationToken) => _intake.TakeAsync(incoming, cancellationToken);

    /// <summary>Ends the attempts that are at work, and gives the lease back. What was given and is not stored yet waits on.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        if (_loop is not null)
        {
            await _loop;
        }
    }

    /// <summary>Stops, and refuses what is not stored.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _intake.Dispose();
        _books.Dispose();
        _stop.Dispose();
    }

    async Task RunAsync(EventArchive? log)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                // Whoever is given events asks for the lane; otherwise it is enough to see when its holder has ended.
                var ask = _intake.HasGiven;
                if (await _lease.TryTakeAsync(ask, _stop.Token))
                {
                    await HoldAsync(log);
                }
                else
                {
                    await Task.Delay(ask ? Pause : LaneBooks.Pulse, _stop.Token);
                }
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                _log.Trouble(e);
                await Task.WhenAny(Task.Delay(LaneBooks.Pulse, _stop.Token));
            }
        }
    }

    /// <summary>Works while the lease is held.</summary>
    async Task HoldAsync(EventArchive? log)
    {
        using var held = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        _log.Held(_lease.Epoch);
        _books.Reset(_lease.Position);
        await _follower.FollowAsync();

        Task[] work =
        [
            _intake.StoreGivenAsync(held.Token),
            _intake.TakeRetriesAsync(held.Token),
            _follower.FollowAsync(held.Token),
            _work.BringAsync(held.Token),
            .. log is null ? (Task[])[] : [_intake.StoreLoggedAsync(log, held.Token)],
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

            await _work.EndAttemptsAsync();
            if (_lease.Epoch > 0)
            {
                await _lease.ReleaseAsync(CancellationToken.None);
            }
        }

        if (trouble is not null and not LaneLostException)
        {
            _log.Trouble(trouble);
        }

        // Another process may have asked for the lane: it has the first turn.
        await Task.Delay(LaneBooks.Pulse, _stop.Token);
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
            _log.Trouble(e);
            return _lease.IsHeld;
        }
    }
}
