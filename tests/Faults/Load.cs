using System.Net.Http.Headers;
using System.Text;
using EventBus.Contracts;

namespace EventBus.Tests.Faults;

/// <summary>Sends steadily: each subject one event after the other, each again and again with the same id until it is accepted.</summary>
sealed class Load : IAsyncDisposable
{
    /// <summary>One of each family that has a consumer, and one that has none.</summary>
    static readonly string[] Types = ["load.order.changed", "load.appointment.changed", "load.command.changed", "load.treatment.changed"];

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(15);

    readonly CancellationTokenSource _end = new();
    readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(15) };
    readonly int[] _accepted;
    readonly Task _sending;

    /// <param name="url">Where to; asked for each request, since a gateway that was started again has another address.</param>
    /// <param name="subjects">How many subjects.</param>
    public Load(Func<int, string> url, int subjects)
    {
        _accepted = new int[subjects];
        _sending = Task.WhenAll(Enumerable.Range(0, subjects).Select(s => SendAsync(url, s)));
    }

    public int Subjects => _accepted.Length;

    /// <summary>Whether answers get lost on their way: what was accepted is sent again.</summary>
    public bool LosesAnswers { get; set; }

    public int Accepted => _accepted.Sum();

    /// <summary>How many events of a subject were accepted.</summary>
    public int AcceptedOf(int subject) => _accepted[subject];

    /// <summary>Ends when the event that each subject is at has been accepted.</summary>
    public async Task EndAsync()
    {
        await _end.CancelAsync();
        await _sending;
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _http.Dispose();
        _end.Dispose();
    }

    async Task SendAsync(Func<int, string> url, int subject)
    {
        await Task.Yield();
        for (var number = 0; !_end.IsCancellationRequested; number++)
        {
            var body = $$"""{"specversion":"1.0","id":"s{{subject}}-{{number}}","source":"/load","type":"{{Types[subject % Types.Length]}}","subject":"s{{subject}}","data":{{number}}}""";
            while (!await IsAcceptedAsync(url(subject), body))
            {
                await Task.Delay(200);
            }

            _accepted[subject] = number + 1;
            await Task.Delay(Pause);
        }
    }

    async Task<bool> IsAcceptedAsync(string url, string body)
    {
        try
        {
            using var content = new StringContent(body, Encoding.UTF8);
            content.Headers.ContentType = MediaTypeHeaderValue.Parse(EventJson.MediaType);
            using var response = await _http.PostAsync(new Uri($"{url}/v1/events"), content);
            return response.IsSuccessStatusCode && !LosesAnswers;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            // Nobody knows whether it was accepted: it is sent again.
            return false;
        }
    }
}
