namespace EventBus.Bench.Measuring;

/// <summary>Where accepted events have to be.</summary>
interface ILanding : IAsyncDisposable
{
    /// <summary>Counts what has come since it was asked last, and makes room.</summary>
    /// <param name="confirmed">How many events the senders were told are there.</param>
    /// <returns>How many of them are not.</returns>
    Task<long> MissingAsync(long confirmed);
}
