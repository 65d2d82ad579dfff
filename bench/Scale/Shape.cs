namespace EventBus.Bench.Scale;

/// <summary>How large everything is around the events that are measured.</summary>
sealed record Shape
{
    /// <summary>Endpoints, each with a pattern of its own; one of them asks for the events.</summary>
    public int Endpoints { get; init; } = 1;

    /// <summary>Subjects that the events are about, in turn.</summary>
    public int Subjects { get; init; } = 1000;

    /// <summary>Whether an event of each subject has been there before.</summary>
    public bool AreSubjectsKnown { get; init; }

    /// <summary>Events that wait in the storage at the same endpoint, behind <see cref="Held"/> subjects' first events that have failed.</summary>
    public int Waiting { get; init; }

    /// <summary>Subjects that they are about.</summary>
    public int Held { get; init; }

    /// <summary>Messages that wait on the broker for a consumer that nobody runs; null: there is no such consumer.</summary>
    public int? Queued { get; init; }

    /// <summary>Events in the archive, each with its outcome and an attempt.</summary>
    public long Archived { get; init; }

    /// <summary>Types that the events are of, in turn: the catalog's one, or so many that it does not know.</summary>
    public int Types { get; init; } = 1;

    /// <summary>Characters that the payload is longer by.</summary>
    public int Padding { get; init; }
}
