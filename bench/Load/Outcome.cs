namespace EventBus.Bench.Load;

/// <summary>What came of one load.</summary>
/// <param name="Events">Events confirmed, or brought.</param>
/// <param name="Failed">Events not confirmed.</param>
/// <param name="Seconds">From the first to the last.</param>
/// <param name="P50Milliseconds">Half took no longer: of requests, or of events.</param>
/// <param name="P95Milliseconds">95 of 100.</param>
/// <param name="P99Milliseconds">99 of 100.</param>
/// <param name="FirstError">What went wrong first.</param>
sealed record Outcome(long Events, long Failed, double Seconds, double P50Milliseconds = 0, double P95Milliseconds = 0, double P99Milliseconds = 0, string? FirstError = null)
{
    /// <summary>Events that were confirmed and are not where they have to be.</summary>
    public long Lost { get; init; }

    /// <summary>Events that came before an earlier one of their subject, or twice.</summary>
    public long OutOfOrder { get; init; }
}
