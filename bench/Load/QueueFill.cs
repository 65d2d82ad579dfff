using System.Text;
using EventBus.Bench.Servers;
using EventBus.Contracts;
using EventBus.Publisher.Topology;

namespace EventBus.Bench.Load;

/// <summary>Puts events into a side's queues, for it to take out again.</summary>
sealed class QueueFill(RawPublisher publisher)
{
    const int Window = 1000;

    static readonly string Exchange = TopologyNames.Exchange(Family.Of(SampleEvent.Type));

    readonly Subjects _subjects = new();

    /// <summary>Publishes so many events, or fewer where that takes too long; returns how many.</summary>
    public async Task<int> RunAsync(int events, TimeSpan limit)
    {
        var start = TimeProvider.System.GetTimestamp();
        var done = 0;
        while (done < events && TimeProvider.System.GetElapsedTime(start) < limit)
        {
            var count = Math.Min(Window, events - done);
            await Task.WhenAll(Enumerable.Range(0, count).Select(_ =>
            {
                var (body, id) = _subjects.Next();
                return publisher.PublishAsync(Exchange, SampleEvent.Type, id.ToString(), Encoding.ASCII.GetBytes(body.Subject), body.Utf8);
            }));
            done += count;
        }

        return done;
    }
}
