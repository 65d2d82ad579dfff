using EventBus.Delivery.Lanes;
using EventBus.Tests.Fixtures;
using FsCheck;
using FsCheck.Fluent;

namespace EventBus.Tests.Delivery;

/// <summary>
/// Drives the book of one target through random schedules, beside a store that is a list: whatever happens in whichever order, a subject's events begin in order and one
/// at a time, each ends once, and nothing is forgotten.
/// </summary>
public sealed class OrderBookTests
{
    static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(OrderPolicy.Hold)]
    [InlineData(OrderPolicy.Supersede)]
    [InlineData(OrderPolicy.Unordered)]
    public void Whatever_the_schedule_each_event_ends_once_and_subjects_keep_their_order(OrderPolicy policy) => Prop
        .ForAll(Seeds.Any, seed => new Run(policy, seed).Play())
        .Check(Config.QuickThrowOnFailure.WithMaxTest(50_000));

    [Fact]
    public void A_subject_is_stuck_from_the_first_failure_of_its_first_event_to_its_outcome()
    {
        var book = new OrderBook(OrderPolicy.Hold, capacity: 6);
        book.Open(0);
        book.BeginRead();
        book.EndRead([], complete: true);
        DeliveryItem Item(int attempts) => new() { Id = 1, Position = 1, Endpoint = "", EventKey = "e", SubjectKey = "s", Attempts = attempts, StoredAt = Start, Body = [] };
        book.Stored(Item(0), noted: true);
        book.Begin(book.Peek(Start)!);
        Assert.False(book.IsStuck("s"));
        book.Hold(Item(0), Start.AddSeconds(5));
        Assert.Equal((true, true), (book.NextDue is not null, book.IsStuck("s")));

        Assert.Null(book.Peek(Start.AddSeconds(5)));
        Assert.Equal("s", book.TakeLoad()!.Value.Key);
        Assert.True(book.IsStuck("s"));
        book.EndLoad("s", [Item(1)], complete: true);
        var again = book.Peek(Start.AddSeconds(5))!;
        book.Begin(again);
        Assert.True(book.IsStuck("s"));
        book.Finish(again);
        Assert.False(book.IsStuck("s"));
    }

    /// <summary>What comes a little later goes straight into memory; where much is left to be read it makes no difference.</summary>
    [Fact]
    public void It_is_crowded_while_more_would_not_fit_and_little_is_left_to_be_read()
    {
        var book = new OrderBook(OrderPolicy.Hold, capacity: 6);
        book.Open(0);
        book.BeginRead();
        book.EndRead([], complete: true);
        DeliveryItem Item(long position) => new() { Id = position, Position = position, Endpoint = "", EventKey = $"e{position}", SubjectKey = $"s{position}", StoredAt = Start, Body = [] };
        for (var i = 1; i <= 4; i++)
        {
            book.Stored(Item(i), noted: true);
        }

        Assert.Equal((false, true), (book.IsCrowded(2), book.IsCrowded(3)));
        for (var i = 5; i <= 9; i++)
        {
            book.Stored(Item(i), noted: i <= 6);
        }

        Assert.Equal(7, book.ReadFrom ?? Drain());
        Assert.True(book.IsCrowded(1));
        for (var i = 10; i <= 13; i++)
        {
            book.Stored(Item(i), noted: false);
        }

        Assert.False(book.IsCrowded(1));

        long? Drain()
        {
            while (book.Peek(Start) is { } item)
            {
                book.Begin(item);
                book.Finish(item);
            }

            return book.ReadFrom;
        }
    }

    /// <summary>A reading leaves out what comes behind a failed event.</summary>
    [Fact]
    public void What_a_reading_leaves_out_behind_an_attempt_of_a_failed_event_is_not_forgotten()
    {
        var (book, failed) = Retried();
        book.Stored(Item(2, "s"), noted: false);
        Assert.Equal(2, book.ReadFrom);
        book.BeginRead();
        book.EndRead([], complete: true);
        book.Finish(failed);
        Assert.Equal(("s", 1, false), book.TakeLoad());
    }

    [Fact]
    public void Nor_where_the_failed_event_ends_before_the_reading_does()
    {
        var (book, failed) = Retried();
        book.Stored(Item(2, "other"), noted: false);
        book.BeginRead();
        book.Finish(failed);
        book.Stored(Item(3, "s"), noted: false);
        book.Stored(Item(4, "other"), noted: false);
        book.EndRead([Item(2, "other"), Item(4, "other")], complete: true);
        Assert.Equal(("s", 1, false), book.TakeLoad());
        book.EndLoad("s", [Item(3, "s")], complete: true);
        Assert.Equal(2, book.Peek(Start)!.Position);
        book.Begin(book.Peek(Start)!);
        Assert.Equal(3, book.Peek(Start)!.Position);
    }

    /// <summary>Between the writing of a failure and its being told a newer event can come.</summary>
    [Fact]
    public void A_newer_event_that_comes_while_a_failure_is_recorded_takes_its_place()
    {
        var book = new OrderBook(OrderPolicy.Supersede, capacity: 6);
        book.Open(0);
        book.BeginRead();
        book.EndRead([], complete: true);
        book.Stored(Item(1, "s"), noted: true);
        var failed = book.Peek(Start)!;
        book.Begin(failed);
        Assert.False(book.HasNewer(failed));
        book.Stored(Item(2, "s"), noted: true);
        book.Hold(failed, Start.AddHours(1));
        Assert.Equal(("s", 1, true), book.TakeLoad());
        book.EndLoad("s", [Item(2, "s")], complete: true);
        Assert.Equal(2, book.Peek(Start)!.Position);
    }

    [Fact]
    public void An_older_event_that_is_retried_takes_no_place()
    {
        var book = new OrderBook(OrderPolicy.Supersede, capacity: 6);
        book.Open(1);
        book.BeginRead();
        book.EndRead([], complete: true);
        book.Stored(Item(2, "s"), noted: true);
        var newer = book.Peek(Start)!;
        book.Begin(newer);
        book.Hold(newer, Start.AddHours(1));
        book.Stored(Item(3, "s", sequence: 1), noted: true);
        Assert.Null(book.TakeLoad());
        Assert.Null(book.Peek(Start));
    }

    /// <summary>A book whose only event has failed once, and is at its second attempt.</summary>
    static (OrderBook Book, DeliveryItem Failed) Retried()
    {
        var book = new OrderBook(OrderPolicy.Hold, capacity: 6);
        book.Open(0);
        book.BeginRead();
        book.EndRead([], complete: true);
        book.Stored(Item(1, "s"), noted: true);
        book.Begin(book.Peek(Start)!);
        book.Hold(Item(1, "s"), Start);
        Assert.Null(book.Peek(Start));
        Assert.Equal(("s", 0, false), book.TakeLoad());
        book.EndLoad("s", [Item(1, "s")], complete: true);
        var failed = book.Peek(Start)!;
        book.Begin(failed);
        return (book, failed);
    }

    static DeliveryItem Item(long position, string subject, long? sequence = null) =>
        new() { Id = position, Position = position, Sequence = sequence ?? position, Endpoint = "", EventKey = $"e{position}", SubjectKey = subject, StoredAt = Start, Body = [] };

    sealed class Run(OrderPolicy policy, int seed)
    {
        readonly Random _random = new(seed);
        readonly OrderBook _book = new(policy, capacity: 6);
        readonly List<Row> _rows = [];
        readonly List<DeliveryItem> _atWork = [];
        readonly HashSet<long> _recorded = [];
        readonly List<Action> _untold = [];
        readonly List<Row> _unannounced = [];
        readonly List<(string? Key, long From, bool IsReplaced, List<DeliveryItem>? Seen, bool Complete)> _readings = [];
        DateTimeOffset _now = Start;

        public void Play()
        {
            for (var i = _random.Next(12); i > 0; i--)
            {
                Store();
            }

            _unannounced.Clear();
            _book.Open(_rows.Count);
            for (var step = 0; step < 150; step++)
            {
                Step(_random.Next(9), fails: _random.Next(3) == 0);
            }

            for (var step = 0; step < 5000 && policy == OrderPolicy.Supersede && _rows.Exists(HasNewer); step++)
            {
                // Time stands still: whatever can be replaced is replaced before it is due again.
                Step(1 + _random.Next(7), fails: false);
            }

            Assert.DoesNotContain(_rows, r => policy == OrderPolicy.Supersede && HasNewer(r));
            for (var step = 0; step < 5000 && _rows.Exists(r => !r.Ended); step++)
            {
                Step(1 + _random.Next(8), fails: false);
            }

            Assert.All(_rows, row => Assert.True(row.Ended, $"event {row.Position} was forgotten (seed {seed})"));
        }

        void Step(int kind, bool fails)
        {
            switch (kind)
            {
                case 0:
                    Store();
                    break;
                case 1 when _unannounced.Count > 0:
                    _book.Stored(Item(_unannounced[0]), noted: _random.Next(4) > 0);
                    _unannounced.RemoveAt(0);
                    break;
                case 2 or 3 when _book.Peek(_now) is { } item:
                    Begin(item);
                    break;
                case 4 when _atWork.Count > 0:
                    End(fails);
                    break;
                case 5 when _book.ReadFrom is { } from:
                    _book.BeginRead();
                    _readings.Add((null, from, false, null, false));
                    break;
                case 6 when _book.TakeLoad() is var (key, behind, isReplaced):
                    _readings.Add((key, behind, isReplaced, null, false));
                    break;
                case 7 when _readings.Count > 0:
                    Read(_random.Next(_readings.Count));
                    break;
                case 8:
                    _now += TimeSpan.FromSeconds(1);
                    break;
            }
        }

        void Store()
        {
            var row = new Row(_rows.Count + 1, $"s{_random.Next(4)}");
            if (_random.Next(4) == 0 && _rows.FindLast(r => r.Subject == row.Subject) is { Ended: true } dead)
            {
                row.Sequence = dead.Sequence;
            }

            _rows.Add(row);
            _unannounced.Add(row);
        }

        void Begin(DeliveryItem item)
        {
            var row = _rows[(int)item.Position - 1];
            Assert.False(row.Ended, $"event {item.Position} began after its end (seed {seed})");
            Assert.DoesNotContain(_atWork, w => w.Position == item.Position);
            if (policy != OrderPolicy.Unordered)
            {
                Assert.DoesNotContain(_atWork, w => w.SubjectKey == item.SubjectKey);
                Assert.DoesNotContain(_rows, r => r.Subject == row.Subject && r.Position < row.Position && !r.Ended);
            }

            _book.Begin(item);
            _atWork.Add(item);
        }

        /// <summary>First it is recorded, then, at some later time, the book is told.</summary>
        void End(bool fails)
        {
            var unrecorded = _atWork.FindAll(i => !_recorded.Contains(i.Position));
            if (unrecorded.Count == 0 || (_untold.Count > 0 && _random.Next(2) == 0))
            {
                var tell = _untold[_random.Next(_untold.Count)];
                _untold.Remove(tell);
                tell();
                return;
            }

            var item = unrecorded[_random.Next(unrecorded.Count)];
            var row = _rows[(int)item.Position - 1];
            if (fails && _random.Next(4) == 0)
            {
                _atWork.Remove(item);
                _book.Return(item);
            }
            else if (fails && policy == OrderPolicy.Supersede && _book.HasNewer(item))
            {
                Assert.True(HasNewer(row));
                row.Ended = true;
                Tell(item, () => _book.Finish(item));
            }
            else if (fails)
            {
                var due = row.Due = _now + TimeSpan.FromSeconds(_random.Next(1, 4));
                Tell(item, () => _book.Hold(item, due));
            }
            else
            {
                row.Ended = true;
                Tell(item, () => _book.Finish(item));
            }
        }

        void Tell(DeliveryItem item, Action tell)
        {
            _recorded.Add(item.Position);
            _untold.Add(() =>
            {
                _atWork.Remove(item);
                _recorded.Remove(item.Position);
                tell();
            });
        }

        /// <summary>First what the database shows, then, at some later time, the answer.</summary>
        void Read(int index)
        {
            var reading = _readings[index];
            if (reading.Seen is null)
            {
                foreach (var row in reading.IsReplaced ? _rows.FindAll(r => r.Subject == reading.Key && !r.Ended && r.Position <= reading.From) : [])
                {
                    Assert.True(HasNewer(row), $"event {row.Position} was replaced by an older one (seed {seed})");
                    Assert.DoesNotContain(_atWork, w => w.Position == row.Position);
                    row.Ended = true;
                }

                var limit = reading.Key is null ? 4 : 2;
                var seen = _rows.Where(r => !r.Ended)
                    .Where(r => reading.Key is null ? r.Position >= reading.From && (policy != OrderPolicy.Hold || !IsBehindFailed(r))
                        : reading.Key.StartsWith('#') ? $"#{r.Position}" == reading.Key
                        : r.Subject == reading.Key && r.Position > reading.From)
                    .Take(limit).Select(Item).ToList();
                _readings[index] = reading with { Seen = seen, Complete = seen.Count < limit };
                return;
            }

            _readings.RemoveAt(index);
            if (reading.Key is null)
            {
                _book.EndRead(reading.Seen, reading.Complete);
            }
            else
            {
                _book.EndLoad(reading.Key, reading.Seen, reading.Complete);
            }
        }

        bool HasNewer(Row row) => !row.Ended && _rows.Exists(r => r.Subject == row.Subject && !r.Ended && r.Position > row.Position && r.Sequence > row.Sequence);

        bool IsBehindFailed(Row row) => _rows.Find(r => r.Subject == row.Subject && !r.Ended) is { } first && first.Position < row.Position && first.Due > DateTimeOffset.MinValue;

        static DeliveryItem Item(Row row) => new()
        {
            Id = row.Position,
            Position = row.Position,
            Sequence = row.Sequence,
            Endpoint = "e",
            EventKey = $"k{row.Position}",
            SubjectKey = row.Subject,
            StoredAt = Start,
            Due = row.Due,
            Body = [],
        };
    }

    sealed class Row(long position, string subject)
    {
        public long Position { get; } = position;

        public string Subject => subject;

        public long Sequence { get; set; } = position;

        public DateTimeOffset Due { get; set; } = DateTimeOffset.MinValue;

        public bool Ended { get; set; }
    }
}
