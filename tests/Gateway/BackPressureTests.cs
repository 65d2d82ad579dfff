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
        slow.Headers.ExpectContinue = true;
        using var patient = new HttpClient(new SocketsHttpHandler { Expect100ContinueTimeout = Eventually.Limit }) { BaseAddress = host.Http.BaseAddress };
        var first = patient.SendAsync(slow);

        // The gateway has asked for the body, so the request is in work; a second one can never take its place.
        await body.Asked.WaitAsync(Eventually.Limit, TestContext.Current.CancellationToken);
        using var refused = await host.PostAsync(path, "{}");
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.True(refused.Headers.RetryAfter!.Delta > TimeSpan.Zero);
        Assert.NotEqual("", JsonElement.Parse(await refused.Content.ReadAsStringAsync()).GetProperty(text).GetString());

        body.Finish("""{"type":"TASK_CREATED"}""");
        using var accepted = await first;
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
    }

    /// <summary>A body that is on its way until the test lets it end.</summary>
    sealed class UnfinishedContent : HttpContent
    {
        readonly TaskCompletionSource<string> _text = new(TaskCreationOptions.RunContinuationsAsynchronously);
        readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public UnfinishedContent() => Headers.ContentType = new("application/json");

        /// <summary>Ends when the server wants the body (RFC 9110, 10.1.1 <c>100-continue</c>).</summary>
        public Task Asked => _asked.Task;

        public void Finish(string text) => _text.SetResult(text);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            _asked.SetResult();
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
