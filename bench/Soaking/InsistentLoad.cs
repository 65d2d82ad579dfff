using System.Diagnostics;
using System.Net.Http.Headers;
using EventBus.Bench.Load;

namespace EventBus.Bench.Soaking;

/// <summary>Senders that send each event again until it is taken, as docs/publish.md asks of them; counts what they are answered.</summary>
/// <param name="server">Where the gateway listens.</param>
/// <param name="key">The sender's key.</param>
/// <param name="subjects">What is sent; each sender has subjects of its own.</param>
/// <param name="senders">How many there are.</param>
sealed class InsistentLoad(Uri server, string key, Subjects subjects, int senders) : IDisposable
{
    /// <summary>Sooner than Retry-After says: pressure is to stay.</summary>
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    readonly HttpClient _http = new() { BaseAddress = server, Timeout = TimeSpan.FromMinutes(2) };
    int _tooMany;
    int _unavailable;
    int _withoutRetryAfter;
    int _others;

    /// <summary>Answers of 429.</summary>
    public int TooMany => _tooMany;

    /// <summary>Answers of 503.</summary>
    public int Unavailable => _unavailable;

    /// <summary>Those of both that do not say when to try again.</summary>
    public int WithoutRetryAfter => _withoutRetryAfter;

    /// <summary>Other answers than these and 202, and requests without one.</summary>
    public int Others => _others;

    /// <summary>Begins to send for so long; returns when everything that was begun is taken.</summary>
    public async Task<Outcome> RunAsync(TimeSpan duration)
    {
        var start = Stopwatch.GetTimestamp();
        var taken = await Task.WhenAll(Enumerable.Range(0, senders).Select(sender => Task.Run(() => SendAsync(sender, start, duration))));
        return new Outcome(taken.Sum(), 0, Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    public void Dispose() => _http.Dispose();

    async Task<long> SendAsync(int sender, long start, TimeSpan duration)
    {
        var taken = 0L;
        for (var subject = sender; Stopwatch.GetElapsedTime(start) < duration; subject = subject + senders < subjects.Length ? subject + senders : sender)
        {
            var (body, _) = subjects.NextOf(subject, Stopwatch.GetTimestamp());
            while (!await IsTakenAsync(body))
            {
                await Task.Delay(Pause);
            }

            taken++;
        }

        return taken;
    }

    async Task<bool> IsTakenAsync(EventBody body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, body.Path) { Content = new ReadOnlyMemoryContent(body.Utf8) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(body.ContentType);
        try
        {
            using var answer = await _http.SendAsync(request);
            if ((int)answer.StatusCode is 429 or 503)
            {
                Interlocked.Increment(ref (int)answer.StatusCode == 429 ? ref _tooMany : ref _unavailable);
                _ = answer.Headers.RetryAfter is null ? Interlocked.Increment(ref _withoutRetryAfter) : 0;
                return false;
            }

            return answer.IsSuccessStatusCode || Interlocked.Increment(ref _others) < 0;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            Interlocked.Increment(ref _others);
            return false;
        }
    }
}
