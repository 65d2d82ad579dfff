using System.Text;
using EventBus.Bench.Servers;
using EventBus.Contracts;
using EventBus.Publisher.Topology;

namespace EventBus.Bench.Load;

/// <summary>Puts events into a side's queues, as a gateway accepts them, for the side to take out again.</summary>
/// <param name="publisher">What publishes.</param>
/// <param name="exchange">Where to; the events' family's unless given.</param>
sealed class QueueFill(RawPublisher publisher, string? exchange = null)
{
    const int Window = 1000;

    readonly string _exchange = exchange ?? TopologyNames.Exchange(Family.Of(SampleEvent.Type));

    readonly Subjects _subjects = new();

    /// <summary>Publishes so many events, or fewer where that takes longer than a limit; returns how many.</summary>
    public async Task<int> RunAsync(int events, TimeSpan? limit = null)
    {
        var start = TimeProvider.System.GetTimestamp();
        var done = 0;
        while (done < events && !(TimeProvider.System.GetElapsedTime(start) >= limit))
        {
            var count = Math.Min(Window, events - done);
            await Task.WhenAll(Enumerable.Range(0, count).Select(_ =>
            {
                var (body, id) = _subjects.Next();
                return publisher.PublishAsync(_exchange, SampleEvent.Type, id.ToString(), Encoding.ASCII.GetBytes(body.Subject), AcceptanceStamp.On(body.Utf8.Span));
            }));
            done += count;
        }

        return done;
    }
}
