namespace EventBus.Bench.Simulation;

/// <summary>
/// Events on their way through stations, one after the other. A station serves so many at once, in the order of arrival; how long it takes is random (exponential) around
/// a mean. A step of a thousand events is a heap of so many ends of service, so a simulated minute takes milliseconds. The same seed gives the same figures.
/// </summary>
/// <param name="servers">For each station how many it serves at once.</param>
/// <param name="steps">An event's way: which station, and how long it takes there at the mean, in seconds.</param>
sealed class QueueingNetwork(IReadOnlyList<int> servers, IReadOnlyList<(int Station, double Seconds)> steps)
{
    const int Seed = 7;

    readonly Random _random = new(Seed);
    readonly PriorityQueue<(Job Job, bool Arrives), double> _ends = new();
    readonly Queue<Job>[] _waiting = [.. servers.Select(_ => new Queue<Job>())];
    readonly int[] _busy = new int[servers.Count];

    /// <summary>So many senders, each of which sends the next event when the one before has come to its end.</summary>
    public Simulated Close(int senders, int events)
    {
        for (var i = 0; i < senders; i++)
        {
            Enter(new Job(0, 0), 0);
        }

        return Run(events, now => Enter(new Job(now, 0), now), events / 10);
    }

    /// <summary>So many events a second at random times, whatever becomes of those before.</summary>
    public Simulated Open(double perSecond, int events)
    {
        var at = 0.0;
        for (var i = 0; i < events; i++)
        {
            at -= Math.Log(1 - _random.NextDouble()) / perSecond;
            _ends.Enqueue((new Job(at, 0), true), at);
        }

        return Run(events, _ => { }, events / 10);
    }

    Simulated Run(int events, Action<double> onEnd, int warmUp)
    {
        var times = new List<double>(events);
        var (done, from, to) = (0, 0.0, 0.0);
        while (done < events && _ends.TryDequeue(out var end, out var now))
        {
            if (end.Arrives)
            {
                Enter(end.Job, now);
                continue;
            }

            Leave(steps[end.Job.Step].Station, now);
            var next = end.Job with { Step = end.Job.Step + 1 };
            if (next.Step < steps.Count)
            {
                Enter(next, now);
                continue;
            }

            if (++done == warmUp)
            {
                from = now;
            }
            else if (done > warmUp)
            {
                times.Add(now - next.Begun);
            }

            to = now;
            onEnd(now);
        }

        times.Sort();
        return new Simulated(times.Count / (to - from), times[times.Count / 2] * 1000, times[times.Count * 99 / 100] * 1000);
    }

    void Enter(Job job, double now)
    {
        var (station, seconds) = steps[job.Step];
        if (_busy[station] == servers[station])
        {
            _waiting[station].Enqueue(job);
            return;
        }

        _busy[station]++;
        _ends.Enqueue((job, false), now - (Math.Log(1 - _random.NextDouble()) * seconds));
    }

    void Leave(int station, double now)
    {
        _busy[station]--;
        if (_waiting[station].TryDequeue(out var next))
        {
            Enter(next, now);
        }
    }

    /// <summary>An event on its way.</summary>
    sealed record Job(double Begun, int Step);
}

/// <summary>What came of a simulation.</summary>
/// <param name="EventsPerSecond">That came to their end.</param>
/// <param name="P50Milliseconds">Half took no longer.</param>
/// <param name="P99Milliseconds">99 of 100.</param>
sealed record Simulated(double EventsPerSecond, double P50Milliseconds, double P99Milliseconds);
