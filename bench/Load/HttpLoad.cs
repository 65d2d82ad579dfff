using System.Net;
using System.Net.Http.Headers;
using EventBus.Contracts;

namespace EventBus.Bench.Load;

/// <summary>Posts events, one request at a time on each connection. Requests are made once and sent again and again, so that sending costs little.</summary>
sealed class HttpLoad : IDisposable
{
    readonly HttpMessageInvoker _client;
    readonly Func<Task>[] _workers;
    readonly int _batch;

    /// <param name="server">Where the server listens.</param>
    /// <param name="key">The sender's key.</param>
    /// <param name="connections">How many connections.</param>
    /// <param name="batch">How many events a request; 1 sends single events.</param>
    public HttpLoad(Uri server, string key, int connections, int batch)
    {
        _batch = batch;
        _client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            MaxConnectionsPerServer = connections,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(10),
            ActivityHeadersPropagator = null,
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
        });
        _workers = [.. Enumerable.Range(0, connections).Select(_ => Worker(new Uri(server, "/v1/events"), key, batch == 1 ? EventBody.Single() : EventBody.Batch(batch)))];
    }

    public Task<LoadResult> RunAsync(TimeSpan duration) => LoadLoop.RunAsync(duration, _workers, _batch);

    public void Dispose() => _client.Dispose();

    Func<Task> Worker(Uri address, string key, EventBody body)
    {
        var content = new ReadOnlyMemoryContent(body.Utf8);
        content.Headers.ContentType = new MediaTypeHeaderValue(body.Count == 1 ? EventJson.MediaType : EventJson.BatchMediaType);
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return async () =>
        {
            body.Renew();
            using var response = await _client.SendAsync(request, CancellationToken.None);
            await response.Content.CopyToAsync(Stream.Null);
            if (response.StatusCode != HttpStatusCode.Accepted)
            {
                throw new BenchException($"HTTP {(int)response.StatusCode}");
            }
        };
    }
}
