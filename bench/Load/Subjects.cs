using System.Diagnostics;

namespace EventBus.Bench.Load;

/// <summary>Events of a thousand subjects, one of each in turn, numbered so that their order can be checked.</summary>
sealed class Subjects
{
    public const int Count = 1000;

    readonly EventBody[] _bodies = [.. Enumerable.Range(0, Count).Select(_ => EventBody.Single())];
    readonly long[] _numbers = new long[Count];
    long _next;

    /// <summary>The next event, to be sent now.</summary>
    public (EventBody Body, OrderedId Id) Next() => Next(Stopwatch.GetTimestamp());

    /// <summary>The next event.</summary>
    /// <param name="ticks">When it is to be sent, by the stopwatch.</param>
    public (EventBody Body, OrderedId Id) Next(long ticks)
    {
        var subject = (int)(_next++ % Count);
        var id = new OrderedId(subject, ++_numbers[subject], ticks);
        return (_bodies[subject].With(id.ToString()), id);
    }
}
