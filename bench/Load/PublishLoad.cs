namespace EventBus.Bench.Load;

/// <summary>Publishes from within the process that is measured, 200 at a time.</summary>
/// <param name="worker">Makes the n-th worker's function, which publishes one event and is done when it is confirmed.</param>
sealed class PublishLoad(Func<int, Func<Task>> worker)
{
    public const int InFlight = 200;

    readonly Func<Task>[] _workers = [.. Enumerable.Range(0, InFlight).Select(worker)];

    public Task<LoadResult> RunAsync(TimeSpan duration) => LoadLoop.RunAsync(duration, _workers, eventsPerRequest: 1);
}
