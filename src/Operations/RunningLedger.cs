using System.Diagnostics;

namespace EventBus.Operations;

/// <summary>
/// The ledger of the last hour, brought up to date every few seconds by what has come since. What differs is counted again each time; and so are, to see what vanishes, the
/// last minute and a part of the older windows in turn: all of them in four minutes, or as fast as a twentieth of the time allows. So a time costs what a minute or two of
/// events cost at most, however much is stored, and under load little more than the events that have come.
/// </summary>
/// <param name="ledger">The ledger.</param>
/// <param name="rest">After counting again, it is not done for so many times as long as it took.</param>
public sealed class RunningLedger(Ledger ledger, double rest = 19)
{
    /// <summary>
    /// Nothing is missed that was archived within so long. It is longer than RabbitMQ takes to say what is in its queues (5 s), and than that is remembered (2 s).
    /// </summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(8);

    static readonly TimeSpan Span = TimeSpan.FromHours(1);
    static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);
    static readonly TimeSpan Turn = TimeSpan.FromSeconds(30);

    /// <summary>Windows that differ and are counted again each time.</summary>
    const int MaxDiffering = 10;

    readonly Dictionary<(string Consumer, string Endpoint, long Begin), LedgerWindow> _windows = [];
    readonly Queue<long> _differing = [];

    /// <summary>How far events had come when it was looked, and when that was, the earliest first. What had come <see cref="Grace"/> ago is committed, in whichever order.</summary>
    readonly Queue<(long At, long Position)> _ends = [];

    /// <summary>Each window counts the events up to this position.</summary>
    long _counted;
    long _next;
    long _restsUntil;

    /// <summary>Counts.</summary>
    /// <param name="now">The time.</param>
    /// <param name="queued">How much is on its way to a consumer; null where that is not known.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<LedgerStanding>> CountAsync(DateTimeOffset now, Func<string, long?> queued, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queued);
        var (begin, fresh) = (Ledger.Begin((now - Span).ToUnixTimeMilliseconds()), Ledger.Begin((now - Fresh).ToUnixTimeMilliseconds()));
        var late = (now - Ledger.Grace).ToUnixTimeMilliseconds();
        Task CountAgainAsync(long from, long to) => ReplaceAsync(from, to, late, cancellationToken);
        foreach (var old in _windows.Keys.Where(k => k.Begin < begin).ToList())
        {
            _windows.Remove(old);
        }

        await AddAsync(begin, await SettledAsync(now, cancellationToken), late, cancellationToken);
        var start = Stopwatch.GetTimestamp();
        var counted = long.MaxValue;
        if (start >= _restsUntil)
        {
            await CountAgainAsync(fresh, long.MaxValue);
            var turn = _next == 0 ? fresh : Math.Min(fresh, Math.Max(_next, begin) + (long)Turn.TotalMilliseconds);
            await CountAgainAsync(Math.Max(_next, begin), turn);
            _next = turn >= fresh ? begin : turn;
            _restsUntil = Stopwatch.GetTimestamp() + (long)(rest * (Stopwatch.GetTimestamp() - start));
            counted = fresh;
        }

        foreach (var window in Differing(counted))
        {
            await CountAgainAsync(window, window + (long)Ledger.Window.TotalMilliseconds);
        }

        var sums = _windows.Values.GroupBy(w => (w.Consumer, w.Endpoint)).ToDictionary(g => g.Key, g => (Accepted: g.Sum(w => w.Accepted), Late: g.Sum(w => w.Late), Recent: g.Sum(w => w.Recent)));
        return [.. (await ledger.CountedAsync(cancellationToken)).Select(target =>
        {
            var sum = sums.GetValueOrDefault(target);
            return new LedgerStanding(target.Consumer, target.Endpoint, sum.Accepted, sum.Late + (queued(target.Consumer) is { } onTheirWay ? Math.Max(0, sum.Recent - onTheirWay) : 0));
        })];
    }

    /// <summary>How far events had come <see cref="Grace"/> ago. At first, when nobody has looked yet, what says that it was archived by then.</summary>
    async Task<long> SettledAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var settled = (now - Grace).ToUnixTimeMilliseconds();
        if (_ends.TryPeek(out var first) && first.At > now.ToUnixTimeMilliseconds())
        {
            // The clock was set back.
            _ends.Clear();
        }

        if (_ends.Count == 0)
        {
            _ends.Enqueue((settled, await ledger.EndAsync(settled, cancellationToken)));
        }

        _ends.Enqueue((now.ToUnixTimeMilliseconds(), await ledger.EndAsync(null, cancellationToken)));
        while (_ends.ElementAt(1).At <= settled)
        {
            _ends.Dequeue();
        }

        return _ends.Peek().Position;
    }

    /// <summary>Counts what has come since, once. The first time that is nothing: then all windows are counted anyway.</summary>
    async Task AddAsync(long begin, long end, long late, CancellationToken cancellationToken)
    {
        if (_next > 0 && end > _counted)
        {
            foreach (var come in await ledger.CountWindowsAsync(new LedgerRange(begin, long.MaxValue, _counted, end), late, cancellationToken))
            {
                var key = (come.Consumer, come.Endpoint, come.Begin);
                _windows[key] = _windows.TryGetValue(key, out var there)
                    ? there with { Accepted = there.Accepted + come.Accepted, Late = there.Late + come.Late, Recent = there.Recent + come.Recent, Unread = there.Unread + come.Unread }
                    : come;
            }
        }

        _counted = Math.Max(_counted, end);
    }

    async Task ReplaceAsync(long from, long to, long late, CancellationToken cancellationToken)
    {
        if (from >= to)
        {
            return;
        }

        var counted = await ledger.CountWindowsAsync(new LedgerRange(from, to, null, _counted), late, cancellationToken);
        foreach (var old in _windows.Keys.Where(k => k.Begin >= from && k.Begin < to).ToList())
        {
            _windows.Remove(old);
        }

        foreach (var window in counted)
        {
            _windows[(window.Consumer, window.Endpoint, window.Begin)] = window;
        }
    }

    /// <summary>Where there are many they take turns.</summary>
    /// <param name="before">Windows from here on have just been counted.</param>
    List<long> Differing(long before)
    {
        var there = _windows.Values.Where(w => w.Begin < before && w.IsOpen).Select(w => w.Begin).ToHashSet();
        var waiting = _differing.Where(there.Contains).ToList();
        List<long> order = [.. waiting, .. there.Except(waiting).Order()];
        var due = order.Take(MaxDiffering).ToList();
        _differing.Clear();
        order.Skip(MaxDiffering).Concat(due).ToList().ForEach(_differing.Enqueue);
        return due;
    }
}

/// <summary>How the ledger of a consumer or endpoint stands.</summary>
/// <param name="Consumer">The consumer.</param>
/// <param name="Endpoint">The endpoint; empty for the consumer itself.</param>
/// <param name="Accepted">Accepted events of the last hour that it asks for.</param>
/// <param name="Difference">Those of them that nothing is known of.</param>
public sealed record LedgerStanding(string Consumer, string Endpoint, long Accepted, long Difference);
