namespace EventBus.Bench.Load;

/// <summary>Counts what comes, and what comes out of order or twice.</summary>
sealed class OrderCheck
{
    readonly long[] _last = new long[Subjects.Max];
    long _events;
    long _outOfOrder;

    public Arrived Now => new(Interlocked.Read(ref _events), Interlocked.Read(ref _outOfOrder));

    public void Note(OrderedId id)
    {
        if (Interlocked.Exchange(ref _last[id.Subject], id.Number) != id.Number - 1)
        {
            Interlocked.Increment(ref _outOfOrder);
        }

        Interlocked.Increment(ref _events);
    }
}

/// <summary>What has come up to now.</summary>
sealed record Arrived(long Events, long OutOfOrder);
