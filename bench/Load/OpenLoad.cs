using System.Collections.Concurrent;
using System.Diagnostics;

namespace EventBus.Bench.Load;

/// <summary>
/// Posts so many events a second, each when its time has come, whether or not earlier ones are answered. Each bears the time at which it was to be sent, so that
/// whatever keeps a sender from sending counts as well (no coordinated omission). Only an event of the same subject is waited for: a sender that wants order does.
/// </summary>
/// <param name="server">Where the gateway listens.</param>
/// <param name="key">The sender's key.</param>
/// <param name="subjects">What is sent.</param>
/// <param name="eventsPerSecond">How many events.</param>
sealed class OpenLoad(Uri server, string key, Subjects subjects, double eventsPerSecond) : IDisposable
{
    /// <summary>Of the scenario <c>latency</c>.</summary>
    public const int EventsPerSecond = 500;

    static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    readonly ConcurrentBag<HttpConnection> _idle = [];
    readonly Task<string?>[] _last = [.. Enumerable.Repeat(Task.FromResult<string?>(null), subjects.Length)];

    /// <summary>Sends for so long; returns when everything is answered.</summary>
    public async Task<Outcome> RunAsync(TimeSpan duration)
    {
        var start = Stopwatch.GetTimestamp();
        var sending = new List<Task<string?>>();
        var events = (int)(eventsPerSecond * duration.TotalSeconds);
        while (sending.Count < events)
        {
            var due = start + (long)(sending.Count * Stopwatch.Frequency / eventsPerSecond);
            if (Stopwatch.GetTimestamp() < due)
            {
                await Task.Delay(Tick);
            }
            else
            {
                var (body, id) = subjects.Next(due);
                sending.Add(_last[id.Subject] = SendAsync(body, _last[id.Subject]));
            }
        }

        var errors = (await Task.WhenAll(sending)).OfType<string>().ToList();
        return new Outcome(events - errors.Count, errors.Count, Stopwatch.GetElapsedTime(start).TotalSeconds, FirstError: errors.FirstOrDefault());
    }

    public void Dispose()
    {
        foreach (var connection in _idle)
        {
            connection.Dispose();
        }
    }

    /// <returns>What went wrong, or null.</returns>
    async Task<string?> SendAsync(EventBody body, Task before)
    {
        await before;
        var connection = _idle.TryTake(out var idle) ? idle : new HttpConnection(server);
        try
        {
            await connection.SendAsync(HttpRequest.Of(body, server, key).Utf8);
            return null;
        }
        catch (Exception e)
        {
            return $"{e.GetType().Name}: {e.Message}";
        }
        finally
        {
            _idle.Add(connection);
        }
    }
}
