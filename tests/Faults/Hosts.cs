using EventBus.Tests.Fixtures;

namespace EventBus.Tests.Faults;

/// <summary>Processes of one kind, to be killed.</summary>
sealed class Hosts : IAsyncDisposable
{
    readonly List<HostProcess> _running = [];
    readonly List<HostProcess> _ended = [];

    /// <summary>The last lines of each.</summary>
    public string Output => string.Join("\n---\n", _running.Concat(_ended).Select(h => string.Join('\n', h.Output.Split('\n').TakeLast(15))));

    public HostProcess Start(string assembly, (string, string)[] settings, string[]? arguments = null, DirectoryInfo? directory = null)
    {
        var host = HostProcess.Start(assembly, arguments ?? [], settings, directory);
        _running.Add(host);
        return host;
    }

    public async Task<string> StartGatewayAsync((string, string)[] settings) => await Start("EventBus.Gateway", settings, ["--urls", "http://127.0.0.1:0"]).UrlAsync();

    public async Task KillFirstAndStartAnotherAsync(string assembly, (string, string)[] settings)
    {
        await _running[0].KillAsync();
        _ended.Add(_running[0]);
        _running.RemoveAt(0);
        Start(assembly, settings);
    }

    public async Task KillAllAsync()
    {
        foreach (var host in _running)
        {
            await host.KillAsync();
        }

        _ended.AddRange(_running);
        _running.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _running.Concat(_ended))
        {
            await host.DisposeAsync();
        }
    }
}
