namespace EventBus.Bench.Load;

/// <summary>Publishes from within the process that is measured, 200 at a time.</summary>
/// <param name="worker">Makes a worker's function, which publishes one event and is done when it is confirmed.</param>
sealed class PublishLoad(Func<Func<Task>> worker)
{
    public const int InFlight = 200;

    readonly Func<Task>[] _workers = [.. Enumerable.Range(0, InFlight).Select(_ => worker())];

    public Task<Outcome> RunAsync(TimeSpan duration) => LoadLoop.RunAsync(duration, _workers, eventsPerRequest: 1);
}
