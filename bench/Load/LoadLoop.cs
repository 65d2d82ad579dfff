using System.Diagnostics;

namespace EventBus.Bench.Load;

/// <summary>Workers that each send, wait for the answer, and send again, until the time is up.</summary>
static class LoadLoop
{
    static readonly TimeSpan PauseAfterError = TimeSpan.FromMilliseconds(20);

    /// <param name="duration">No request is begun after that; those begun are waited for.</param>
    /// <param name="workers">One function a worker, which sends once and throws where the answer is not a yes.</param>
    /// <param name="eventsPerRequest">How many events one answer confirms.</param>
    public static async Task<Outcome> RunAsync(TimeSpan duration, IReadOnlyList<Func<Task>> workers, int eventsPerRequest)
    {
        var start = Stopwatch.GetTimestamp();
        var done = await Task.WhenAll(workers.Select(send => Task.Run(() => WorkAsync(send, start, duration))));
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var times = new Percentiles(done.SelectMany(w => w.Ticks));
        return new Outcome(
            (long)times.Count * eventsPerRequest, done.Sum(w => w.Errors) * eventsPerRequest, seconds, times.At(0.50), times.At(0.95), times.At(0.99),
            done.Select(w => w.FirstError).FirstOrDefault(e => e is not null));
    }

    static async Task<Worker> WorkAsync(Func<Task> send, long start, TimeSpan duration)
    {
        var worker = new Worker();
        while (Stopwatch.GetElapsedTime(start) < duration)
        {
            var begun = Stopwatch.GetTimestamp();
            try
            {
                await send();
                worker.Ticks.Add(Stopwatch.GetTimestamp() - begun);
            }
            catch (Exception e)
            {
                worker.Errors++;
                worker.FirstError ??= $"{e.GetType().Name}: {e.Message}";
                await Task.Delay(PauseAfterError);
            }
        }

        return worker;
    }

    sealed class Worker
    {
        public List<long> Ticks { get; } = new(1024);

        public long Errors { get; set; }

        public string? FirstError { get; set; }
    }
}
