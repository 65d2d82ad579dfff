using System.Diagnostics;

namespace EventBus.Bench.Load;

/// <summary>Posts events, one at a time on each connection; each connection has subjects of its own, so that a subject's events come one after the other.</summary>
sealed class SubjectLoad : IDisposable
{
    readonly HttpConnection[] _connections;
    readonly Func<Task>[] _workers;
    readonly Subjects _subjects;
    readonly Uri _server;
    readonly string _key;

    /// <param name="server">Where the gateway listens.</param>
    /// <param name="key">The sender's key.</param>
    /// <param name="subjects">What is sent.</param>
    /// <param name="connections">At most so many, and no more than there are subjects.</param>
    public SubjectLoad(Uri server, string key, Subjects subjects, int connections)
    {
        (_server, _key, _subjects) = (server, key, subjects);
        _connections = [.. Enumerable.Range(0, Math.Min(connections, subjects.Length)).Select(_ => new HttpConnection(server))];
        _workers = [.. _connections.Select((_, c) => Worker(c))];
    }

    /// <summary>Sends for so long; returns when everything is answered.</summary>
    public Task<Outcome> RunAsync(TimeSpan duration) => LoadLoop.RunAsync(duration, _workers, eventsPerRequest: 1);

    /// <summary>Sends one event of each of so many subjects; throws where one is not taken.</summary>
    public async Task<long> VisitAsync(int subjects)
    {
        await Task.WhenAll(Enumerable.Range(0, _connections.Length).Select(connection => Task.Run(async () =>
        {
            for (var subject = connection; subject < subjects; subject += _connections.Length)
            {
                await SendAsync(connection, subject);
            }
        })));
        return subjects;
    }

    public void Dispose()
    {
        foreach (var connection in _connections)
        {
            connection.Dispose();
        }
    }

    Func<Task> Worker(int connection)
    {
        var subject = connection;
        return async () =>
        {
            await SendAsync(connection, subject);
            subject = subject + _connections.Length < _subjects.Length ? subject + _connections.Length : connection;
        };
    }

    Task SendAsync(int connection, int subject) =>
        _connections[connection].SendAsync(HttpRequest.Of(_subjects.NextOf(subject, Stopwatch.GetTimestamp()).Body, _server, _key).Utf8);
}
