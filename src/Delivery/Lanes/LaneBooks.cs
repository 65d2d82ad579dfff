namespace EventBus.Delivery.Lanes;

/// <summary>The order books of a lane's targets, behind one gate, and the bell that says that something in them changed.</summary>
sealed class LaneBooks : IDisposable
{
    /// <summary>How often a lane looks at what nobody tells it: retries, another's end, a storage that did not answer.</summary>
    public static readonly TimeSpan Pulse = TimeSpan.FromSeconds(1);

    /// <summary>Types whose askers are remembered, more than come in turn anywhere; what senders make up is without end.</summary>
    const int MaxTypes = 16 * 1024;

    readonly SemaphoreSlim _wake = new(0);
    readonly SemaphoreSlim _order = new(1);
    readonly LaneConsumer _consumer;
    readonly Queue<LaneTarget> _stirred = new();
    readonly Dictionary<string, Askers> _askers = new(StringComparer.Ordinal);
    volatile IReadOnlyList<LaneTarget> _targets = [];
    Dictionary<string, LaneTarget> _byName = new(StringComparer.Ordinal);
    IReadOnlyList<DeliveryTarget>? _followed;
    IReadOnlyList<DeliveryTarget>? _askersOf;

    public LaneBooks(LaneConsumer consumer)
    {
        _consumer = consumer;
        Follow(Wanted, 0);
    }

    /// <summary>Whoever looks into a book, or changes it, holds it.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Another list after each change.</summary>
    public IReadOnlyList<LaneTarget> Targets => _targets;

    /// <summary>The consumer's targets as they are now.</summary>
    public IReadOnlyList<DeliveryTarget> Wanted => _consumer.Targets;

    /// <summary>Whether these are the targets here.</summary>
    public bool IsCurrent(IReadOnlyList<DeliveryTarget> wanted) => ReferenceEquals(_followed, wanted);

    /// <summary>The target of this name; empty for the handler. The gate is held.</summary>
    public LaneTarget Of(string endpoint) => _byName[endpoint];

    /// <summary>Who asks for a type. The gate is held.</summary>
    public Askers AskersOf(string type)
    {
        // Also where only the settings of an endpoint have changed, the list is another.
        var wanted = Wanted;
        if (_askersOf != wanted || _askers.Count == MaxTypes)
        {
            _askers.Clear();
            _askersOf = wanted;
        }

        if (!_askers.TryGetValue(type, out var askers))
        {
            askers = new Askers(
                _consumer.Asks(type) ? _byName.GetValueOrDefault("") : null,
                [.. Targets.Where(t => t.Target.Name.Length > 0 && t.Target.Patterns.Any(p => p.Matches(type)))]);
            _askers.Add(type, askers);
        }

        return askers;
    }

    /// <summary>Whether so many more would not go straight into memory, but most would if they came a little later.</summary>
    public bool IsCrowded(int events)
    {
        lock (Gate)
        {
            return Targets.Any(t => t.Book.IsCrowded(events));
        }
    }

    /// <summary>Takes over targets; a new one reads what is stored for it, up to a position. Nothing is stored meanwhile.</summary>
    public void Follow(IReadOnlyList<DeliveryTarget> wanted, long last)
    {
        lock (Gate)
        {
            var before = _targets;
            var next = new List<LaneTarget>();
            foreach (var target in wanted)
            {
                var known = before.FirstOrDefault(t => t.Target == target);
                if (known is null)
                {
                    known = new LaneTarget(target, this);
                    known.Reset(last);
                    Stir(known);
                }

                next.Add(known);
            }

            foreach (var gone in before.Except(next))
            {
                gone.Dispose();
            }

            _targets = next;
            _byName = next.ToDictionary(t => t.Target.Name, StringComparer.Ordinal);
            _askers.Clear();
            _followed = wanted;
        }
    }

    /// <summary>Begins anew from what is stored, up to a position.</summary>
    public void Reset(long last)
    {
        foreach (var target in Targets)
        {
            target.Reset(last);
        }
    }

    /// <summary>Says that something of a target may begin now.</summary>
    public void Stir(LaneTarget target)
    {
        lock (Gate)
        {
            if (!target.IsStirred)
            {
                target.IsStirred = true;
                _stirred.Enqueue(target);
            }
        }

        Wake();
    }

    /// <summary>The next target of which something may begin now; null where there is none.</summary>
    public LaneTarget? TakeStirred()
    {
        lock (Gate)
        {
            while (_stirred.TryDequeue(out var target))
            {
                target.IsStirred = false;
                if (_byName.GetValueOrDefault(target.Target.Name) == target)
                {
                    return target;
                }
            }

            return null;
        }
    }

    /// <summary>Has the lane look what there is to do.</summary>
    public void Wake()
    {
        if (_wake.CurrentCount == 0)
        {
            _wake.Release();
        }
    }

    /// <summary>Waits until <see cref="Wake"/> is called.</summary>
    public Task UntilWokenAsync() => _wake.WaitAsync();

    /// <summary>What gives out positions does so one after the other, until the books know of them: they have to learn of a subject's events in their order.</summary>
    public async Task InOrderAsync(Func<Task> give)
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

    public void Dispose()
    {
        foreach (var target in Targets)
        {
            target.Dispose();
        }

        _wake.Dispose();
        _order.Dispose();
    }
}

/// <summary>Who asks for a type.</summary>
/// <param name="Handler">The consumer's own handler; null where it does not ask, or has none.</param>
/// <param name="Endpoints">The endpoints.</param>
sealed record Askers(LaneTarget? Handler, IReadOnlyList<LaneTarget> Endpoints);

/// <summary>A target and what waits for it.</summary>
sealed class LaneTarget : IDisposable
{
    /// <summary>Events of one target in memory: what two batches bring, so that there is always work. With more, each stays for longer, and the garbage collector copies it.</summary>
    const int Capacity = 400;

    readonly LaneBooks _books;

    public LaneTarget(DeliveryTarget target, LaneBooks books)
    {
        _books = books;
        Target = target;
        Book = new OrderBook(target.Order, Capacity);
        target.Opened += OnOpened;
    }

    public DeliveryTarget Target { get; }

    public OrderBook Book { get; private set; }

    /// <summary>Whether the lane will look at it anyway (<see cref="LaneBooks.Stir"/>).</summary>
    public bool IsStirred { get; set; }

    /// <summary>Begins anew from what is stored.</summary>
    public void Reset(long last)
    {
        Book = new OrderBook(Target.Order, Capacity);
        Book.Open(last);
    }

    public void Dispose() => Target.Opened -= OnOpened;

    void OnOpened(object? sender, EventArgs e) => _books.Stir(this);
}
