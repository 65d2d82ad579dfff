namespace EventBus.Bench.Load;

/// <summary>Posts events, one request at a time on each connection. Requests are made once and sent again and again over plain sockets, so that sending costs little.</summary>
sealed class HttpLoad : IDisposable
{
    readonly List<HttpConnection> _connections = [];
    readonly Func<Task>[] _workers;
    readonly int _batch;

    /// <param name="server">Where the server listens.</param>
    /// <param name="key">The sender's key.</param>
    /// <param name="bodies">What is sent, one after the other, for each connection.</param>
    public HttpLoad(Uri server, string key, IReadOnlyList<IReadOnlyList<EventBody>> bodies)
    {
        _batch = bodies[0][0].Count;
        _workers = [.. bodies.Select(b => Worker(server, key, b))];
    }

    public Task<Outcome> RunAsync(TimeSpan duration) => LoadLoop.RunAsync(duration, _workers, _batch);

    public void Dispose() => _connections.ForEach(c => c.Dispose());

    Func<Task> Worker(Uri server, string key, IReadOnlyList<EventBody> bodies)
    {
        var connection = new HttpConnection(server);
        _connections.Add(connection);
        EventBody[] requests = [.. bodies.Select(b => HttpRequest.Of(b, server, key))];
        var next = 0;
        return async () =>
        {
            var request = requests[next++ % requests.Length];
            request.Renew();
            await connection.SendAsync(request.Utf8);
        };
    }
}
