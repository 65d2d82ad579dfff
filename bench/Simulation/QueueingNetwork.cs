using System.Runtime.InteropServices;

namespace EventBus.Bench.Simulation;

/// <summary>
/// Events on their way through steps, one after the other, which take turns on the same cores, in the order in which they come. How long a step takes is random
/// (exponential) around a mean. A step of a thousand events is a heap of so many ends of work, so a simulated minute takes milliseconds. The same seed gives the same figures.
/// </summary>
/// <param name="cores">How many steps are worked on at once.</param>
/// <param name="steps">An event's way.</param>
sealed class QueueingNetwork(int cores, IReadOnlyList<Step> steps)
{
    const int Seed = 7;

    readonly Random _random = new(Seed);
    readonly PriorityQueue<Work, double> _arrivals = new();
    readonly PriorityQueue<Work, double> _ends = new();
    readonly Queue<Work> _waiting = new();

    /// <summary>Of each step the work that waits for a core, and takes in what comes for the same step.</summary>
    readonly Work?[] _open = new Work?[steps.Count];

    int _busy;
    double _used;

    /// <summary>So many senders, each of which sends the next event when the one before has come to its end.</summary>
    public Simulated Close(int senders, int events)
    {
        for (var i = 0; i < senders; i++)
        {
            Enter(new Work(0, [0]), 0);
        }

        return Run(events, now => Enter(new Work(0, [now]), now));
    }

    /// <summary>So many events a second at random times, whatever becomes of those before.</summary>
    public Simulated Open(double perSecond, int events)
    {
        var at = 0.0;
        for (var i = 0; i < events; i++)
        {
            at += Random(1 / perSecond);
            _arrivals.Enqueue(new Work(0, [at]), at);
        }

        return Run(events, _ => { });
    }

    Simulated Run(int events, Action<double> onEnd)
    {
        var times = new List<double>(events);
        var (warmUp, done, from, to) = (events / 10, 0, 0.0, 0.0);
        while (done < events && Next() is var (work, now))
        {
            if (work.Step < steps.Count)
            {
                Enter(work, now);
                continue;
            }

            foreach (var begun in work.Begun)
            {
                if (++done == warmUp)
                {
                    (from, _used) = (now, 0);
                }
                else if (done > warmUp)
                {
                    times.Add(now - begun);
                }

                onEnd(now);
            }

            to = now;
        }

        times.Sort();
        return new Simulated(times.Count / (to - from), times[times.Count / 2] * 1000, times[times.Count * 99 / 100] * 1000, _used / times.Count);
    }

    /// <summary>What arrives next, or is to go on to its next step.</summary>
    (Work Work, double Now)? Next()
    {
        if (_arrivals.TryPeek(out var arriving, out var at) && (!_ends.TryPeek(out _, out var end) || at < end))
        {
            _arrivals.Dequeue();
            return (arriving, at);
        }

        if (!_ends.TryDequeue(out var ended, out var now))
        {
            return null;
        }

        _busy--;
        if (_waiting.TryDequeue(out var next))
        {
            _open[next.Step] = _open[next.Step] == next ? null : _open[next.Step];
            Start(next, now);
        }

        return (ended with { Step = ended.Step + 1 }, now);
    }

    void Enter(Work work, double now)
    {
        if (_busy < cores)
        {
            Start(work, now);
        }
        else if (steps[work.Step].Further is not null && _open[work.Step] is { } open)
        {
            open.Begun.AddRange(work.Begun);
        }
        else
        {
            _open[work.Step] = work;
            _waiting.Enqueue(work);
        }
    }

    void Start(Work work, double now)
    {
        var takes = Random(steps[work.Step].Seconds + ((steps[work.Step].Further ?? 0) * (work.Begun.Count - 1)));
        _busy++;
        _used += takes;
        _ends.Enqueue(work, now + takes);
    }

    double Random(double mean) => -Math.Log(1 - _random.NextDouble()) * mean;

    /// <summary>A step of events that are done together.</summary>
    sealed record Work(int Step, List<double> Begun);
}

/// <summary>A step of an event.</summary>
/// <param name="Seconds">How long it takes at the mean, for one event.</param>
/// <param name="Further">How much longer for each further event that waits for the same; null where each is done alone.</param>
[StructLayout(LayoutKind.Auto)]
readonly record struct Step(double Seconds, double? Further = null);

/// <summary>What came of a simulation.</summary>
/// <param name="EventsPerSecond">That came to their end.</param>
/// <param name="P50Milliseconds">Half took no longer.</param>
/// <param name="P99Milliseconds">99 of 100.</param>
/// <param name="CpuSeconds">Time of the cores for an event.</param>
sealed record Simulated(double EventsPerSecond, double P50Milliseconds, double P99Milliseconds, double CpuSeconds);
