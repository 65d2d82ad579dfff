namespace EventBus.Bench.Load;

/// <summary>What came of one load.</summary>
/// <param name="Events">Events confirmed.</param>
/// <param name="Failed">Events not confirmed.</param>
/// <param name="Seconds">From the first request to the last answer.</param>
/// <param name="P99Milliseconds">99 of 100 requests took no longer.</param>
/// <param name="FirstError">What went wrong first.</param>
sealed record LoadResult(long Events, long Failed, double Seconds, double P99Milliseconds, string? FirstError);
