namespace EventBus.Delivery;

/// <summary>
/// Leaves an endpoint alone that fails for everybody: opens after <see cref="MinFailures"/> failures in a row over at least <see cref="MinSubjects"/> subjects, so
/// that one stuck subject never opens it. While it is open nothing begins, but for one event now and then that tries. Not thread-safe.
/// </summary>
/// <param name="firstPause">How long it stays open the first time; doubled for each further time, up to ten times as long.</param>
sealed class Circuit(TimeSpan firstPause)
{
    /// <summary>Failures in a row that open it.</summary>
    public const int MinFailures = 5;

    /// <summary>Subjects that they are spread over.</summary>
    public const int MinSubjects = 3;

    readonly HashSet<string> _subjects = new(StringComparer.Ordinal);
    int _failures;
    TimeSpan _pause;
    string? _probe;

    /// <summary>Since when it is open; null while it is closed.</summary>
    public DateTimeOffset? OpenedAt { get; private set; }

    /// <summary>When an event may try.</summary>
    public DateTimeOffset? ProbeAt { get; private set; }

    /// <summary>Whether an event may begin; the one that may while the circuit is open is its probe.</summary>
    public bool TryPass(string eventKey, DateTimeOffset now)
    {
        if (OpenedAt is null)
        {
            return true;
        }

        if (_probe is not null || now < ProbeAt)
        {
            return false;
        }

        _probe = eventKey;
        return true;
    }

    /// <summary>An attempt that had passed did not take place after all.</summary>
    public void Return(string eventKey) => _probe = _probe == eventKey ? null : _probe;

    /// <summary>An attempt succeeded.</summary>
    /// <returns>Whether this closed the circuit.</returns>
    public bool Succeeded()
    {
        var wasOpen = OpenedAt is not null;
        _failures = 0;
        _subjects.Clear();
        _pause = TimeSpan.Zero;
        _probe = null;
        (OpenedAt, ProbeAt) = (null, null);
        return wasOpen;
    }

    /// <summary>An attempt failed.</summary>
    /// <returns>Whether this opened the circuit.</returns>
    public bool Failed(string eventKey, string subjectKey, DateTimeOffset now)
    {
        if (OpenedAt is not null)
        {
            if (_probe == eventKey)
            {
                _probe = null;
                Pause(now);
            }

            return false;
        }

        _failures++;
        _subjects.Add(subjectKey);
        if (_failures < MinFailures || _subjects.Count < MinSubjects)
        {
            return false;
        }

        OpenedAt = now;
        Pause(now);
        return true;
    }

    void Pause(DateTimeOffset now)
    {
        _pause = _pause == TimeSpan.Zero ? firstPause : _pause * 2 > firstPause * 10 ? firstPause * 10 : _pause * 2;
        ProbeAt = now + _pause;
    }
}
