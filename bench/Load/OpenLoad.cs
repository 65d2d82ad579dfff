using System.Collections.Concurrent;
using System.Diagnostics;

namespace EventBus.Bench.Load;

/// <summary>
/// Posts so many events a second, each when its time has come, whether or not earlier ones are answered. Each bears the time at which it was to be sent, so that
/// whatever keeps a sender from sending counts as well (no coordinated omission). Only an event of the same subject is waited for: a sender that wants order does.
/// </summary>
sealed class OpenLoad(Uri server, string key) : IDisposable
{
    public const int EventsPerSecond = 500;

    static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    readonly ConcurrentBag<HttpConnection> _idle = [];
    readonly Subjects _subjects = new();
    readonly Task<string?>[] _last = [.. Enumerable.Repeat(Task.FromResult<string?>(null), Subjects.Count)];

    /// <summary>Sends for so long; returns when everything is answered.</summary>
    public async Task<Outcome> RunAsync(TimeSpan duration)
    {
        var start = Stopwatch.GetTimestamp();
        var sending = new List<Task<string?>>();
        var events = (int)(EventsPerSecond * duration.TotalSeconds);
        while (sending.Count < events)
        {
            var due = start + (sending.Count * Stopwatch.Frequency / EventsPerSecond);
            if (Stopwatch.GetTimestamp() < due)
            {
                await Task.Delay(Tick);
            }
            else
            {
                var (body, id) = _subjects.Next(due);
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
