using System.Diagnostics;

namespace EventBus.Bench.Load;

/// <summary>Events of so many subjects, numbered so that their order can be checked. Whoever asks for the next event of a subject does so alone.</summary>
sealed class Subjects
{
    public const int Count = 1000;

    /// <summary>More subjects than that nobody can number.</summary>
    public const int Max = 1 << 17;

    readonly EventBody[] _bodies;
    readonly long[] _numbers;
    long _next;

    /// <summary>A thousand subjects.</summary>
    public Subjects()
        : this([.. Enumerable.Range(0, Count).Select(_ => EventBody.Single())])
    {
    }

    /// <param name="bodies">An event of each subject.</param>
    public Subjects(EventBody[] bodies) => (_bodies, _numbers) = (bodies, new long[bodies.Length]);

    /// <summary>How many there are.</summary>
    public int Length => _bodies.Length;

    /// <summary>The next event, of one subject after the other, to be sent now.</summary>
    public (EventBody Body, OrderedId Id) Next() => Next(Stopwatch.GetTimestamp());

    /// <summary>The next event, of one subject after the other.</summary>
    /// <param name="ticks">When it is to be sent, by the stopwatch.</param>
    public (EventBody Body, OrderedId Id) Next(long ticks) => NextOf((int)(_next++ % _bodies.Length), ticks);

    /// <summary>The next event of a subject.</summary>
    /// <param name="subject">Which, from 0.</param>
    /// <param name="ticks">When it is to be sent, by the stopwatch.</param>
    public (EventBody Body, OrderedId Id) NextOf(int subject, long ticks)
    {
        var id = new OrderedId(subject, ++_numbers[subject], ticks);
        return (_bodies[subject].With(id.ToString()), id);
    }
}
