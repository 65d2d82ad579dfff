namespace EventBus.Bench.Load;

/// <summary>Posts events, one request at a time on each connection. Requests are made once and sent again and again over plain sockets, so that sending costs little.</summary>
sealed class HttpLoad : IDisposable
{
    readonly List<HttpConnection> _connections = [];
    readonly Func<Task>[] _workers;
    readonly int _batch;

    /// <param name="server">Where the server listens.</param>
    /// <param name="key">The sender's key.</param>
    /// <param name="bodies">What is sent, for each connection.</param>
    public HttpLoad(Uri server, string key, IReadOnlyList<EventBody> bodies)
    {
        _batch = bodies[0].Count;
        _workers = [.. bodies.Select(body => Worker(server, key, body))];
    }

    public Task<Outcome> RunAsync(TimeSpan duration) => LoadLoop.RunAsync(duration, _workers, _batch);

    public void Dispose() => _connections.ForEach(c => c.Dispose());

    Func<Task> Worker(Uri server, string key, EventBody body)
    {
        var connection = new HttpConnection(server);
        _connections.Add(connection);
        var request = body.Behind(
            $"POST /v1/events HTTP/1.1\r\nHost: {server.Authority}\r\nAuthorization: Bearer {key}\r\nContent-Type: {body.ContentType}\r\nContent-Length: {body.Utf8.Length}\r\n\r\n");
        return async () =>
        {
            request.Renew();
            if (await connection.SendAsync(request.Utf8) is var status && status is < 200 or > 299)
            {
                throw new BenchException($"HTTP {status}");
            }
        };
    }
}
