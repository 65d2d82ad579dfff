namespace EventBus.Bench.Simulation;

/// <summary>A step on an event's way.</summary>
/// <param name="Station">Where it is done.</param>
/// <param name="Seconds">How long it takes there for an event, at the mean.</param>
/// <param name="Groups">
/// Whether it is done for many events together, as a commit is: those that come while it is being done wait, and are next, all at once. So many groups do it side by side,
/// and each event is in one of them; 0: each event alone.
/// </param>
sealed record Step(int Station, double Seconds, int Groups = 0);

/// <summary>
/// Events on their way through stations, one after the other. A station serves so many at once, in the order of arrival; how long it takes is random (exponential) around
/// a mean. A step of a thousand events is a heap of so many ends of service, so a simulated minute takes milliseconds. The same seed gives the same figures.
/// </summary>
/// <param name="servers">For each station how many it serves at once.</param>
/// <param name="steps">An event's way.</param>
sealed class QueueingNetwork(IReadOnlyList<int> servers, IReadOnlyList<Step> steps)
{
    const int Seed = 7;

    readonly Random _random = new(Seed);

    /// <summary>Ends of work, and arrivals, which are work that has no group and has not begun.</summary>
    readonly PriorityQueue<(Work Work, bool Arrives), double> _ends = new();
    readonly Queue<Work>[] _waiting = [.. servers.Select(_ => new Queue<Work>())];
    readonly int[] _busy = new int[servers.Count];

    /// <summary>For each group of each step those who wait until it has done what it is at; null where it is at nothing.</summary>
    readonly List<Job>?[][] _gathering = [.. steps.Select(s => new List<Job>?[s.Groups])];

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
    public Simulated Open(double perSecond, int events) => Open(events, () => -Math.Log(1 - _random.NextDouble()) / perSecond);

    /// <summary>So many events a second, one every so often.</summary>
    public Simulated Pace(double perSecond, int events) => Open(events, () => 1 / perSecond);

    Simulated Open(int events, Func<double> pause)
    {
        var at = 0.0;
        for (var i = 0; i < events; i++)
        {
            at += pause();
            _ends.Enqueue((new Work([new Job(at, 0)], null), true), at);
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
                Enter(end.Work.Jobs[0], now);
                continue;
            }

            Leave(end.Work, now);
            foreach (var next in end.Work.Jobs.Select(j => j with { Step = j.Step + 1 }))
            {
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
        }

        times.Sort();
        return new Simulated(times.Count / (to - from), times[times.Count / 2] * 1000, times[times.Count * 99 / 100] * 1000);
    }

    void Enter(Job job, double now)
    {
        var groups = _gathering[job.Step];
        if (groups.Length == 0)
        {
            Begin(new Work([job], null), now);
            return;
        }

        var group = _random.Next(groups.Length);
        if (groups[group] is { } gathering)
        {
            gathering.Add(job);
            return;
        }

        groups[group] = [];
        Begin(new Work([job], group), now);
    }

    void Begin(Work work, double now)
    {
        var (station, seconds, _) = steps[work.Jobs[0].Step];
        if (_busy[station] == servers[station])
        {
            _waiting[station].Enqueue(work);
            return;
        }

        _busy[station]++;
        _ends.Enqueue((work, false), now - work.Jobs.Sum(_ => Math.Log(1 - _random.NextDouble()) * seconds));
    }

    void Leave(Work work, double now)
    {
        var step = work.Jobs[0].Step;
        var station = steps[step].Station;
        _busy[station]--;
        if (_waiting[station].TryDequeue(out var next))
        {
            Begin(next, now);
        }

        if (work.Group is not { } group)
        {
            return;
        }

        var gathered = _gathering[step][group]!;
        _gathering[step][group] = gathered.Count > 0 ? [] : null;
        if (gathered.Count > 0)
        {
            Begin(new Work(gathered, group), now);
        }
    }

    /// <summary>An event on its way.</summary>
    sealed record Job(double Begun, int Step);

    /// <summary>A step of one event, or of all of a group.</summary>
    sealed record Work(IReadOnlyList<Job> Jobs, int? Group);
}

/// <summary>What came of a simulation.</summary>
/// <param name="EventsPerSecond">That came to their end.</param>
/// <param name="P50Milliseconds">Half took no longer.</param>
/// <param name="P99Milliseconds">99 of 100.</param>
sealed record Simulated(double EventsPerSecond, double P50Milliseconds, double P99Milliseconds);
