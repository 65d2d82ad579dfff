namespace EventBus.Delivery.Lanes;

/// <summary>The order books of a lane's targets, behind one gate, and the bell that says that something in them changed.</summary>
sealed class LaneBooks : IDisposable
{
    /// <summary>How often a lane looks at what nobody tells it: retries, another's end, a storage that did not answer.</summary>
    public static readonly TimeSpan Pulse = TimeSpan.FromSeconds(1);

    readonly SemaphoreSlim _wake = new(0);
    readonly SemaphoreSlim _order = new(1);
    readonly LaneConsumer _consumer;
    volatile IReadOnlyList<LaneTarget> _targets = [];
    IReadOnlyList<DeliveryTarget>? _followed;

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

    public LaneTarget Of(string endpoint) => Targets.First(t => t.Target.Name == endpoint);

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
                    known = new LaneTarget(target);
                    known.Reset(last);
                    target.Opened += OnOpened;
                }

                next.Add(known);
            }

            foreach (var gone in before.Except(next))
            {
                gone.Target.Opened -= OnOpened;
            }

            _targets = next;
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

    /// <summary>Says that something may begin now.</summary>
    public void Wake()
    {
        if (_wake.CurrentCount == 0)
        {
            _wake.Release();
        }
    }

    /// <summary>Waits until something may begin.</summary>
    public Task UntilWokenAsync(CancellationToken cancellationToken) => _wake.WaitAsync(cancellationToken);

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
            target.Target.Opened -= OnOpened;
        }

        _wake.Dispose();
        _order.Dispose();
    }

    void OnOpened(object? sender, EventArgs e) => Wake();
}

/// <summary>A target and what waits for it.</summary>
sealed class LaneTarget(DeliveryTarget target)
{
    /// <summary>Events of one target in memory.</summary>
    const int Capacity = 1000;

    public DeliveryTarget Target { get; } = target;

    public OrderBook Book { get; private set; } = new(target.Order, Capacity);

    /// <summary>Begins anew from what is stored.</summary>
    public void Reset(long last)
    {
        Book = new OrderBook(Target.Order, Capacity);
        Book.Open(last);
    }
}
