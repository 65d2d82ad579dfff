namespace EventBus.Bench.Scale;

/// <summary>Something that grows, while what an event costs is to stay the same.</summary>
/// <param name="Name">As in the table.</param>
/// <param name="What">What grows, in words.</param>
/// <param name="Small">How much of it there is first.</param>
/// <param name="Large">How much of it there is then.</param>
/// <param name="Of">The shape with so much of it.</param>
sealed record ScaleScenario(string Name, string What, long Small, long Large, Func<long, Shape> Of)
{
    /// <summary>An event may cost so much more than before.</summary>
    public const double Target = 1.15;

    const int Kibibyte = 1024;

    /// <summary>About what an event has without padding.</summary>
    const int Unpadded = 600;

    /// <summary>The archive comes last: whatever it leaves behind on the disk disturbs nobody.</summary>
    public static IReadOnlyList<ScaleScenario> All { get; } =
    [
        new("endpoints", "endpoints, each with a pattern of its own; one asks for the events", 1, 1_000, n => new Shape { Endpoints = (int)n }),
        new("subjects", "subjects in turn", 10, 100_000, n => new Shape { Subjects = (int)n, AreSubjectsKnown = true }),
        new("waiting", "events that wait in the storage, of 1,000 held subjects of the same endpoint", 0, 1_000_000, n => new Shape { Waiting = (int)n, Held = (int)Math.Min(n, 1_000) }),
        new("queued", "messages that wait on the broker for a consumer that nobody runs", 0, 1_000_000, n => new Shape { Queued = (int)n }),
        new("held", "held subjects of the same endpoint", 1, 10_000, n => new Shape { Waiting = (int)n, Held = (int)n }),
        new("types", "types in turn that the catalog does not know", 263, 5_000, n => new Shape { Subjects = 5_000, Types = (int)n }),
        new("payload", "bytes of an event, compared per byte", Kibibyte, 64 * Kibibyte, n => new Shape { Padding = (int)n - Unpadded }) { IsPerByte = true },
        new("archive", "events in the archive, with outcomes and attempts", 10_000, 10_000_000, n => new Shape { Archived = n }),
        new("together", "thousandths of all that, at once", 1, 1_000, n => new Shape
        {
            Endpoints = (int)n, Subjects = (int)n * 100, AreSubjectsKnown = true, Waiting = (int)n * 1_000, Held = (int)n * 10, Queued = (int)n * 1_000, Types = (int)n * 5, Archived = n * 10_000,
        }) { IsByName = true },
    ];

    /// <summary>Whether it is measured only where it is asked for by its name.</summary>
    public bool IsByName { get; init; }

    /// <summary>Whether the figures are divided by the events' size.</summary>
    public bool IsPerByte { get; init; }

    /// <summary>The same, with so many times less where it is large.</summary>
    public ScaleScenario DividedBy(int by) => this with { Large = Math.Max(Small + 1, Large / by) };
}
