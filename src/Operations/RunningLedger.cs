namespace EventBus.Operations;

/// <summary>
/// The ledger of the last hour, brought up to date every few seconds. Each time only what was accepted within the last minute is counted again, what differs, and a part of the
/// older windows in turn: all of them in five minutes. So a time costs what a minute or two of events cost, however much is stored.
/// </summary>
/// <param name="ledger">The ledger.</param>
public sealed class RunningLedger(Ledger ledger)
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
    long _next;

    /// <summary>Counts.</summary>
    /// <param name="now">The time.</param>
    /// <param name="queued">How much is on its way to a consumer; null where that is not known.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<LedgerStanding>> CountAsync(DateTimeOffset now, Func<string, long?> queued, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queued);
        var (begin, fresh) = (Ledger.Begin((now - Span).ToUnixTimeMilliseconds()), Ledger.Begin((now - Fresh).ToUnixTimeMilliseconds()));
        var (settled, late) = ((now - Grace).ToUnixTimeMilliseconds(), (now - Ledger.Grace).ToUnixTimeMilliseconds());
        Task CountAsync(long from, long to) => ReplaceAsync(from, to, settled, late, cancellationToken);
        foreach (var old in _windows.Keys.Where(k => k.Begin < begin).ToList())
        {
            _windows.Remove(old);
        }

        await CountAsync(fresh, long.MaxValue);
        var turn = _next == 0 ? fresh : Math.Min(fresh, Math.Max(_next, begin) + (long)Turn.TotalMilliseconds);
        await CountAsync(Math.Max(_next, begin), turn);
        _next = turn >= fresh ? begin : turn;
        foreach (var window in Differing(fresh))
        {
            await CountAsync(window, window + (long)Ledger.Window.TotalMilliseconds);
        }

        var sums = _windows.Values.GroupBy(w => (w.Consumer, w.Endpoint)).ToDictionary(g => g.Key, g => (Accepted: g.Sum(w => w.Accepted), Late: g.Sum(w => w.Late), Recent: g.Sum(w => w.Recent)));
        return [.. (await ledger.CountedAsync(cancellationToken)).Select(target =>
        {
            var sum = sums.GetValueOrDefault(target);
            return new LedgerStanding(target.Consumer, target.Endpoint, sum.Accepted, sum.Late + (queued(target.Consumer) is { } onTheirWay ? Math.Max(0, sum.Recent - onTheirWay) : 0));
        })];
    }

    async Task ReplaceAsync(long from, long to, long settled, long late, CancellationToken cancellationToken)
    {
        if (from >= to)
        {
            return;
        }

        var counted = await ledger.CountWindowsAsync(from, to, settled, late, cancellationToken);
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
    List<long> Differing(long fresh)
    {
        var there = _windows.Values.Where(w => w.Begin < fresh && w.Late + w.Recent > 0).Select(w => w.Begin).ToHashSet();
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
