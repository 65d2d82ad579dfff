using System.Diagnostics;
using System.Threading.Channels;
using EventBus.Storage;

namespace EventBus.Delivery.Lanes;

/// <summary>What comes into a lane: events that it is given, events of the log, retries of dead letters. It plans where each goes, and stores it there, in order.</summary>
sealed class LaneIntake(LaneConsumer consumer, LaneBooks books, LaneStore store, LaneLease lease, TimeProvider time, LaneLog log) : IDisposable
{
    /// <summary>Events in one transaction.</summary>
    const int MaxBatch = 200;

    /// <summary>Dead letters that are taken back at a time, between two pulses: so many a second at most, however many an operator asks for at once.</summary>
    public const int MaxRetries = 50;

    readonly Channel<Given> _given = Channel.CreateBounded<Given>(new BoundedChannelOptions(4 * MaxBatch) { SingleReader = true });
    readonly List<Given> _storing = [];

    // Never disposed: it holds nothing, and whoever appends may still be telling of it when the lane ends.
    readonly SemaphoreSlim _appended = new(0);

    /// <summary>The longest that a batch waits for those before it to be done, and how often it looks. What goes straight on does not have to be read from the store again.</summary>
    static readonly TimeSpan MaxWait = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);

    /// <summary>Whether events were given that are not stored yet.</summary>
    public bool HasGiven => _storing.Count > 0 || _given.Reader.TryPeek(out _);

    /// <summary>Gives an event; events are stored in the order of the calls. Returns when it is stored.</summary>
    public async Task TakeAsync(Incoming incoming, CancellationToken cancellationToken)
    {
        var given = new Given(incoming);
        await _given.Writer.WriteAsync(given, cancellationToken);
        await using var left = cancellationToken.UnsafeRegister(static given => ((Given)given!).Stored.TrySetCanceled(CancellationToken.None), given);
        await given.Stored.Task;
    }

    /// <summary>Stores what is given, as long as the lane is held.</summary>
    public async Task StoreGivenAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var isPressed = true;
            if (_storing.Count == 0 && !_given.Reader.TryPeek(out _))
            {
                isPressed = false;
                await _given.Reader.WaitToReadAsync(cancellationToken);
            }

            while (_storing.Count < MaxBatch && _given.Reader.TryRead(out var next))
            {
                _storing.Add(next);
            }

            if (isPressed)
            {
                await UntilThereIsRoomAsync(cancellationToken);
            }

            // Where this fails, they are the first to be stored when the lane is held again. They are not given back to the queue, which would change their order.
            await StoreAsync(_storing.ConvertAll(g => g.Incoming), null);
            _storing.ForEach(g => g.Stored.TrySetResult());
            _storing.Clear();
        }
    }

    /// <summary>Only while one batch follows the other: few events are never kept waiting, nor many for long by a target that is slow.</summary>
    async Task UntilThereIsRoomAsync(CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        while (books.IsCrowded(MaxBatch) && Stopwatch.GetElapsedTime(start) < MaxWait)
        {
            await Task.Delay(Look, cancellationToken);
        }
    }

    /// <summary>Stores what the log has, as long as the lane is held.</summary>
    public async Task StoreLoggedAsync(EventArchive archive, CancellationToken cancellationToken)
    {
        archive.Appended += OnAppended;
        try
        {
            OnAppended(archive, EventArgs.Empty);
            var position = await store.LogPositionAsync();
            var (stored, storedAt) = (position, Stopwatch.GetTimestamp());
            while (true)
            {
                await _appended.WaitAsync(LaneBooks.Pulse, cancellationToken);
                IReadOnlyList<LoggedEvent> events;
                do
                {
                    events = await archive.ReadAsync(position, MaxBatch, cancellationToken);
                    position = events.Count > 0 ? events[^1].Position : position;
                    var incoming = events.Where(e => consumer.Asks(e.Type)).Select(e => new Incoming(e.Event, e.Body)).ToList();

                    // How far it has read what it does not ask for need not be known at once: after a restart it reads that again.
                    if (incoming.Count > 0 || (position > stored && Stopwatch.GetElapsedTime(storedAt) >= LaneBooks.Pulse))
                    {
                        await StoreAsync(incoming, position);
                        (stored, storedAt) = (position, Stopwatch.GetTimestamp());
                    }
                }
                while (events.Count == MaxBatch);
            }
        }
        finally
        {
            archive.Appended -= OnAppended;
        }
    }

    /// <summary>Takes back the dead letters that are retried, as long as the lane is held.</summary>
    public async Task TakeRetriesAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await books.InOrderAsync(async () =>
            {
                var items = await store.TakeRetriesAsync([.. books.Targets.Select(t => t.Target.Name)], lease.Epoch, MaxRetries);
                lock (books.Gate)
                {
                    foreach (var item in items)
                    {
                        var target = books.Of(item.Endpoint);
                        target.Book.Stored(item, noted: true);
                        books.Stir(target);
                    }
                }
            });
            await Task.Delay(LaneBooks.Pulse, cancellationToken);
        }
    }

    /// <summary>Takes no more events; those that are not stored go back to where they came from.</summary>
    public void Dispose()
    {
        _given.Writer.TryComplete();
        while (_given.Reader.TryRead(out var given))
        {
            _storing.Add(given);
        }

        _storing.ForEach(g => g.Stored.TrySetCanceled(CancellationToken.None));
    }

    void OnAppended(object? sender, EventArgs e)
    {
        if (_appended.CurrentCount == 0)
        {
            _appended.Release();
        }
    }

    async Task StoreAsync(IReadOnlyList<Incoming> incoming, long? logPosition)
    {
        List<PlannedEvent> plan = [];
        await books.InOrderAsync(async () =>
        {
            lock (books.Gate)
            {
                plan = [.. incoming.Select(Plan)];
            }

            Hand(await store.StoreAsync(plan, lease.Epoch, logPosition));
        });
        var now = time.GetUtcNow();
        foreach (var planned in plan)
        {
            foreach (var target in planned.Endpoints.Append(planned.Own).Where(t => t.State != DeliveryState.Waiting))
            {
                if (target.State == DeliveryState.Expired)
                {
                    await (books.Targets.FirstOrDefault(t => t.Target.Name == target.Endpoint)?.Target.RefuseHeldAsync(planned.Incoming.Event!, CancellationToken.None) ?? Task.CompletedTask);
                }

                LaneMetrics.Record(consumer.Name, target.Endpoint, planned.Incoming.Event, target.State, now);
                if (target.State == DeliveryState.Dead)
                {
                    log.Dead(planned.Incoming.Event, target.Endpoint, planned.Incoming.DeadCause ?? DeadLetters.NoEvent, "");
                }
            }
        }
    }

    /// <summary>What was stored goes on at once, unless something of its target or subject is before it.</summary>
    void Hand(IReadOnlyList<StoredRow> rows)
    {
        lock (books.Gate)
        {
            foreach (var row in rows.Where(r => r.Target.State == DeliveryState.Waiting))
            {
                var target = books.Of(row.Target.Endpoint);
                target.Book.Stored(row.ToItem(), row.Target.AtOnce);
                books.Stir(target);
            }
        }
    }

    PlannedEvent Plan(Incoming incoming)
    {
        var planned = new PlannedEvent(incoming, new PlannedTarget("", DeliveryState.Dead), []);
        if (incoming.Event is not { } e)
        {
            return planned;
        }

        var askers = books.AskersOf(e.Type);
        var endpoints = new List<PlannedTarget>(askers.Endpoints.Count);
        foreach (var target in askers.Endpoints)
        {
            if (incoming.OnlyTo is { } only && only != target.Target.Name)
            {
                continue;
            }

            endpoints.Add(!target.Target.Wants(e) ? new PlannedTarget(target.Target.Name, DeliveryState.Filtered)
                : incoming.DeadCause is not null ? new PlannedTarget(target.Target.Name, DeliveryState.Dead)
                : target.Target.RefusesHeld(e) && target.Book.IsStuck(planned.SubjectKey) ? new PlannedTarget(target.Target.Name, DeliveryState.Expired)
                : new PlannedTarget(target.Target.Name, DeliveryState.Waiting, target.Book.WouldTake(planned.SubjectKey)));
        }

        var handler = incoming.OnlyTo is null ? askers.Handler : null;
        if (handler is not null && incoming.DeadCause is null && handler.Target.RefusesHeld(e) && handler.Book.IsStuck(planned.SubjectKey))
        {
            return planned with { Own = new PlannedTarget("", DeliveryState.Expired), Endpoints = endpoints };
        }

        var own = handler is not null ? incoming.DeadCause is not null ? planned.Own : new PlannedTarget("", DeliveryState.Waiting, handler.Book.WouldTake(planned.SubjectKey))
            : new PlannedTarget("", endpoints.Exists(t => t.State != DeliveryState.Filtered) ? DeliveryState.Processed : DeliveryState.Filtered);
        return planned with { Own = own, Endpoints = endpoints };
    }

    sealed record Given(Incoming Incoming)
    {
        // Whoever gave it goes on within the lane, one after the other, so that what is stored together is acknowledged together.
        public TaskCompletionSource Stored { get; } = new();
    }
}
