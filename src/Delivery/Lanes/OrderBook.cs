namespace EventBus.Delivery.Lanes;

/// <summary>
/// The events that wait at one target of a lane: decides which may begin. It holds the events that come next in memory; of a subject whose first event waits for
/// another attempt it holds only the place, and of a backlog only where it begins, so that its size does not grow with what waits. Not thread-safe.
/// </summary>
/// <param name="policy">What a failed event does to later ones of its subject.</param>
/// <param name="capacity">Events in memory, about; large ones count for more.</param>
sealed class OrderBook(OrderPolicy policy, int capacity)
{
    readonly Dictionary<string, Line> _lines = new(StringComparer.Ordinal);
    readonly Queue<Line> _ready = new();
    readonly Queue<Line> _suspects = new();
    readonly PriorityQueue<Line, DateTimeOffset> _held = new();
    readonly Queue<Line> _toLoad = new();
    readonly HashSet<long> _finished = [];

    /// <summary>Whose failed event has ended, or been replaced, during a reading of the backlog: that may leave out what comes behind it, or still show what was replaced.</summary>
    readonly HashSet<Line> _unblocked = [];
    int _weight;
    int _reading;
    bool _readingBacklog;
    bool _suspectAtWork;
    long? _backlogFrom;
    long _last;
    long _lastAtRead;

    /// <summary>Where to read on, once there is room again; null where everything is known or being read.</summary>
    public long? ReadFrom => _backlogFrom is { } from && !_readingBacklog && _weight <= capacity / 2 ? from : null;

    /// <summary>When the next event that waits for another attempt is due.</summary>
    public DateTimeOffset? NextDue => _held.TryPeek(out _, out var due) ? due : null;

    /// <summary>Whether so many more would have to be read from the store, but few are left to be read, so that they would not have to if they came a little later.</summary>
    public bool IsCrowded(int events) => _backlogFrom is { } from ? _last - from < capacity : _weight + events > capacity;

    /// <summary>Everything that was stored before this book was opened is read from the store.</summary>
    /// <param name="last">The last position given in the lane. What a reading shows behind the last position known here is left to <see cref="Stored"/>, which tells of it soon.</param>
    public void Open(long last)
    {
        _last = last;
        _backlogFrom = 0;
    }

    /// <summary>Whether an event of this subject that is stored now would be taken into memory, as things are.</summary>
    public bool WouldTake(string subjectKey) =>
        _backlogFrom is null && _weight < capacity && (policy == OrderPolicy.Unordered || !_lines.TryGetValue(subjectKey, out var line) || !line.IsBehind);

    /// <summary>An event has been stored, behind all others.</summary>
    /// <param name="item">The event.</param>
    /// <param name="noted">Whether its start is noted in the store already (<see cref="WouldTake"/> said so then); if not, it is read, which notes it.</param>
    public void Stored(DeliveryItem item, bool noted)
    {
        _last = Math.Max(_last, item.Position);
        if (_backlogFrom is null && (_weight >= capacity || (!noted && !IsBehind(item))))
        {
            _backlogFrom = item.Position;
        }

        if (_backlogFrom is not null)
        {
            // The reading brings it, unless it is behind a failed event then. Where the subject's first event fails later, there is more by that.
            if (_lines.TryGetValue(KeyOf(item), out var line))
            {
                line.See(item);
                line.More |= line.HasFailed;
                Replace(line);
            }

            return;
        }

        Add(item);
    }

    bool IsBehind(DeliveryItem item) => _lines.TryGetValue(KeyOf(item), out var line) && line.IsBehind;

    /// <summary>Reading from <see cref="ReadFrom"/> begins.</summary>
    public void BeginRead()
    {
        _readingBacklog = true;
        _lastAtRead = _last;
        _reading++;
    }

    /// <summary>The reading has ended.</summary>
    /// <param name="items">What waits there, in order. What has ended since may be among it; with <see cref="OrderPolicy.Hold"/>, what waits behind a failed event of its subject need not.</param>
    /// <param name="complete">Whether there was no more.</param>
    public void EndRead(IReadOnlyList<DeliveryItem> items, bool complete)
    {
        var next = _backlogFrom!.Value;
        foreach (var item in items.Where(i => i.Position <= _last))
        {
            next = item.Position + 1;
            if (!_finished.Contains(item.Position))
            {
                Add(item);
            }
        }

        if (complete)
        {
            // What was stored while this was being read may not be in it.
            next = Math.Max(next, _lastAtRead + 1);
        }

        _backlogFrom = complete && next > _last ? null : next;
        _readingBacklog = false;
        EndReading();
        Line[] unblocked = [.. _unblocked];
        _unblocked.Clear();
        foreach (var line in unblocked)
        {
            line.More = true;
            Advance(line);
        }
    }

    /// <summary>Whether <see cref="TakeLoad"/> has one.</summary>
    public bool HasLoads => _weight < capacity && _toLoad.Count > 0;

    /// <summary>
    /// A subject whose next events have to be read from the store now: its key, behind which position, and whether what waits up to there has been replaced by a newer
    /// event. Null where there is none.
    /// </summary>
    public (string Key, long Behind, bool IsReplaced)? TakeLoad()
    {
        if (!HasLoads)
        {
            return null;
        }

        var line = _toLoad.Dequeue();
        line.NewestAtLoad = line.Newest;
        _reading++;
        return (line.Key, line.Behind, line.IsReplaced);
    }

    /// <summary>A subject's next events have been read.</summary>
    /// <param name="key">The subject, as <see cref="TakeLoad"/> gave it.</param>
    /// <param name="items">The next that wait, in order.</param>
    /// <param name="complete">Whether there were no more.</param>
    public void EndLoad(string key, IReadOnlyList<DeliveryItem> items, bool complete)
    {
        var line = _lines[key];
        line.Loading = false;
        if (line.IsReplaced && _readingBacklog)
        {
            _unblocked.Add(line);
        }

        line.IsReplaced = false;
        foreach (var item in items.Where(i => i.Position > line.Behind && i.Position <= _last && !_finished.Contains(i.Position)))
        {
            Enqueue(line, item);
        }

        if (complete)
        {
            line.Behind = Math.Max(line.Behind, line.NewestAtLoad);
        }

        line.More = !complete || line.Newest > line.Behind;
        EndReading();
        Advance(line);
    }

    /// <summary>The next event that may begin; it stays where it is until <see cref="Begin"/>.</summary>
    public DeliveryItem? Peek(DateTimeOffset now)
    {
        while (_held.TryPeek(out var held, out var due) && due <= now)
        {
            _held.Dequeue();
            if (held.Due is { } current && current <= now && !held.Busy)
            {
                held.Due = null;
                Advance(held);
            }
        }

        return _suspects.Count > 0 && !_suspectAtWork ? _suspects.Peek().Items.Peek()
            : _ready.Count > 0 ? _ready.Peek().Items.Peek()
            : null;
    }

    /// <summary>The event that <see cref="Peek"/> showed begins.</summary>
    public void Begin(DeliveryItem item)
    {
        var suspect = item.IsSuspect;
        var line = suspect ? _suspects.Dequeue() : _ready.Dequeue();
        line.Queued = false;
        line.Busy = true;
        _suspectAtWork |= suspect;
    }

    /// <summary>Whether a newer event of the subject waits behind it. One that was dead and is retried is as old as it was.</summary>
    public bool HasNewer(DeliveryItem item) => _lines[KeyOf(item)].HasNewer((item.Sequence, item.Position));

    /// <summary>Whether the subject's first event has failed, and waits for another attempt or is at it.</summary>
    public bool IsStuck(string subjectKey) => _lines.TryGetValue(subjectKey, out var line) && line.HasFailed;

    /// <summary>The event has its outcome.</summary>
    public void Finish(DeliveryItem item)
    {
        var line = Leave(item);
        if (policy == OrderPolicy.Hold && line.HasFailed && _readingBacklog)
        {
            _unblocked.Add(line);
        }

        line.HasFailed = false;
        _weight -= Weight(line.Items.Dequeue());
        if (_reading > 0)
        {
            _finished.Add(item.Position);
        }

        Advance(line);
    }

    /// <summary>The event waits for another attempt, and whatever comes behind it in its subject waits with it.</summary>
    public void Hold(DeliveryItem item, DateTimeOffset due)
    {
        var line = Leave(item);
        _weight -= line.Items.Sum(Weight);
        line.Items.Clear();
        Park(line, item, due);
    }

    /// <summary>The event has not begun after all; it is the next of its subject again.</summary>
    public void Return(DeliveryItem item) => Advance(Leave(item));

    string KeyOf(DeliveryItem item) =>
        policy == OrderPolicy.Unordered ? $"#{item.Position.ToString(System.Globalization.CultureInfo.InvariantCulture)}" : item.SubjectKey;

    /// <summary>Large events take more room.</summary>
    static int Weight(DeliveryItem item) => 1 + (item.Body.Length / 4096);

    void Add(DeliveryItem item)
    {
        var key = KeyOf(item);
        if (!_lines.TryGetValue(key, out var line))
        {
            line = new Line(key) { Behind = item.Position - 1 };
            _lines.Add(key, line);
        }

        line.See(item);
        if (item.Position <= line.Behind)
        {
            return;
        }

        if (line.IsBehind)
        {
            line.More = true;
            Replace(line);
        }
        else if (line.Items.Count == 0 && !line.Busy && item.Due > DateTimeOffset.MinValue)
        {
            Park(line, item, item.Due);
        }
        else
        {
            Enqueue(line, item);
            Advance(line);
        }
    }

    void Enqueue(Line line, DeliveryItem item)
    {
        line.Items.Enqueue(item);
        line.HasFailed |= item.Attempts > 0;
        line.Behind = item.Position;
        line.See(item);
        _weight += Weight(item);
    }

    Line Leave(DeliveryItem item)
    {
        var line = _lines[KeyOf(item)];
        line.Busy = false;
        if (item.IsSuspect)
        {
            _suspectAtWork = false;
        }

        return line;
    }

    /// <summary>Gives the line's next event its turn, has more read, or forgets the line.</summary>
    void Advance(Line line)
    {
        if (line.Busy || line.Queued || line.Loading || line.Due is not null)
        {
            return;
        }

        if (line.Items.TryPeek(out var next))
        {
            line.Queued = true;
            (next.IsSuspect ? _suspects : _ready).Enqueue(line);
        }
        else if (line.More)
        {
            line.Loading = true;
            _toLoad.Enqueue(line);
        }
        else if (!_unblocked.Contains(line))
        {
            _lines.Remove(line.Key);
        }
    }

    void Park(Line line, DeliveryItem item, DateTimeOffset due)
    {
        line.Behind = item.Position - 1;
        line.More = true;
        line.Due = due;
        line.HasFailed = true;
        line.Parked = (item.Sequence, item.Position);
        _held.Enqueue(line, due);
        Replace(line);
    }

    /// <summary>Where a newer event is there, it takes the place of the one that waits for another attempt: the subject goes on with it.</summary>
    void Replace(Line line)
    {
        if (policy == OrderPolicy.Supersede && line.Due is not null && line.HasNewer(line.Parked))
        {
            line.Behind = line.Latest.Position - 1;
            line.Due = null;
            line.HasFailed = false;
            line.IsReplaced = true;
            Advance(line);
        }
    }

    void EndReading()
    {
        if (--_reading == 0)
        {
            _finished.Clear();
        }
    }

    /// <summary>The events of one subject.</summary>
    sealed class Line(string key)
    {
        public string Key { get; } = key;

        /// <summary>The next ones, the first at work or about to be.</summary>
        public Queue<DeliveryItem> Items { get; } = new();

        /// <summary>The position of the last event that is or was in <see cref="Items"/>.</summary>
        public long Behind { get; set; }

        /// <summary>The last position of the subject that was ever seen.</summary>
        public long Newest { get; private set; }

        /// <summary>The newest event of the subject that was ever seen.</summary>
        public (long Sequence, long Position) Latest { get; private set; }

        public long NewestAtLoad { get; set; }

        /// <summary>There are more in the store.</summary>
        public bool More { get; set; }

        public bool Loading { get; set; }

        public bool Busy { get; set; }

        public bool Queued { get; set; }

        /// <summary>Its first event has failed, and has no outcome yet.</summary>
        public bool HasFailed { get; set; }

        /// <summary>Its first event waits until then.</summary>
        public DateTimeOffset? Due { get; set; }

        /// <summary>The event that waits until then.</summary>
        public (long? Sequence, long Position) Parked { get; set; }

        /// <summary>What waits up to <see cref="Behind"/> has been replaced by the event behind it.</summary>
        public bool IsReplaced { get; set; }

        /// <summary>Whether a later event has to wait in the store.</summary>
        public bool IsBehind => Due is not null || More || Loading;

        public void See(DeliveryItem item)
        {
            Newest = Math.Max(Newest, item.Position);
            if (item.Sequence >= Latest.Sequence)
            {
                Latest = (item.Sequence.Value, item.Position);
            }
        }

        public bool HasNewer((long? Sequence, long Position) than) => Latest.Sequence > than.Sequence && Latest.Position > than.Position;
    }
}
