namespace EventBus.Bench.Scenarios;

/// <summary>Who is measured.</summary>
enum Contender
{
    /// <summary>EventBus, with everything on.</summary>
    Ours,

    /// <summary>The same work on the bare client.</summary>
    Twin,
}
