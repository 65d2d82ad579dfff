namespace EventBus.Storage;

/// <summary>The end of the log, in memory: consumers that keep up do not each read again from disk what has just been written.</summary>
/// <remarks>Its events follow one another without a gap, so whoever has read the one before the first has missed nothing.</remarks>
sealed class LogTail
{
    /// <summary>How many events it holds at most.</summary>
    public const int MaxEvents = 1024;

    /// <summary>How many bytes of bodies it holds at most.</summary>
    public const long MaxBytes = 8 * 1024 * 1024;

    readonly Lock _gate = new();

    // Each at its position modulo the length.
    readonly LoggedEvent?[] _events = new LoggedEvent?[MaxEvents];
    long _first;
    long _end;
    long _bytes;

    /// <summary>Takes events that have just been committed. Where they do not follow what it has, or one another, it begins anew.</summary>
    public void Append(IReadOnlyList<LoggedEvent> events)
    {
        lock (_gate)
        {
            foreach (var e in events)
            {
                if (e.Position != _end)
                {
                    while (_first < _end)
                    {
                        Drop();
                    }

                    _first = e.Position;
                    _end = e.Position;
                }

                while (_first < _end && (_end - _first == MaxEvents || _bytes + e.Body.Length > MaxBytes))
                {
                    Drop();
                }

                _events[_end++ % MaxEvents] = e;
                _bytes += e.Body.Length;
            }
        }
    }

    /// <summary>The events behind a position, in order, as many as there are up to a limit; null where it does not know them, or none.</summary>
    public IReadOnlyList<LoggedEvent>? Read(long after, int limit)
    {
        lock (_gate)
        {
            if (after + 1 < _first || after + 1 >= _end)
            {
                return null;
            }

            var read = new LoggedEvent[Math.Min(limit, _end - after - 1)];
            for (var i = 0; i < read.Length; i++)
            {
                read[i] = _events[(after + 1 + i) % MaxEvents]!;
            }

            return read;
        }
    }

    void Drop()
    {
        var place = _first++ % MaxEvents;
        _bytes -= _events[place]!.Body.Length;
        _events[place] = null;
    }
}
