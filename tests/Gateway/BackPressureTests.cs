using System.Net;
using System.Text;
using System.Text.Json;
using EventBus.Tests.Fixtures;

namespace EventBus.Tests.Gateway;

public sealed class BackPressureTests
{
    [Theory]
    [InlineData("/v1/canvas", "detail")]
    [InlineData("/v1/smartflowsheet", "Message")]
    public async Task More_requests_than_may_be_in_work_are_answered_429_in_the_routes_own_format(string path, string text)
    {
        await using var host = await BusHost.StartInMemoryAsync(b => b.With("EventBus:Gateway:MaxConcurrentRequests", "1"));
        var body = new UnfinishedContent();
        using var slow = new HttpRequestMessage(HttpMethod.Post, "/v1/canvas") { Content = body };
        var first = host.Http.SendAsync(slow);
        HttpResponseMessage? refused = null;
        await Eventually.TrueAsync(
            async () =>
            {
                refused?.Dispose();
                refused = await host.PostAsync(path, "{}");
                return refused.StatusCode == HttpStatusCode.TooManyRequests;
            },
            "a request is refused");
        Assert.True(refused!.Headers.RetryAfter!.Delta > TimeSpan.Zero);
        Assert.NotEqual("", JsonElement.Parse(await refused.Content.ReadAsStringAsync()).GetProperty(text).GetString());
        refused.Dispose();

        body.Finish("""{"type":"TASK_CREATED"}""");
        using var accepted = await first;
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
    }

    /// <summary>A body that is on its way until the test lets it end.</summary>
    sealed class UnfinishedContent : HttpContent
    {
        readonly TaskCompletionSource<string> _text = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public UnfinishedContent() => Headers.ContentType = new("application/json");

        public void Finish(string text) => _text.SetResult(text);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(" "u8.ToArray());
            await stream.FlushAsync();
            await stream.WriteAsync(Encoding.UTF8.GetBytes(await _text.Task));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
