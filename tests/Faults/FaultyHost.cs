using EventBus.Tests.Fixtures;

namespace EventBus.Tests.Faults;

/// <summary>One of the programs as a process that is killed and started again, in the same directory.</summary>
sealed class FaultyHost(string assembly, (string, string)[] settings, string[]? arguments = null) : IAsyncDisposable
{
    readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("eventbus-fault-");
    readonly List<HostProcess> _ended = [];
    HostProcess? _running;

    /// <summary>Where it keeps its files.</summary>
    public string DataDirectory => Path.Combine(_directory.FullName, "data");

    /// <summary>Where it listens, once it does; nowhere while it is dead.</summary>
    public string Url { get; private set; } = Nowhere;

    const string Nowhere = "http://127.0.0.1:1";

    /// <summary>The last lines of each run.</summary>
    public string Output => string.Join("\n---\n", _ended.Append(_running).OfType<HostProcess>().Select(h => $"{assembly}\n{string.Join('\n', h.Output.Split('\n').TakeLast(12))}"));

    /// <summary>Starts it; where it serves HTTP, returns when it listens.</summary>
    public async Task StartAsync()
    {
        _running = HostProcess.Start(assembly, arguments ?? [], settings, _directory);
        if (arguments is not null)
        {
            Url = await _running.UrlAsync();
        }
    }

    /// <summary>Ends it at once (SIGKILL), wherever it is.</summary>
    public Task KillAsync() => EndAsync(h => h.KillAsync());

    public async Task KillAndStartAsync()
    {
        await KillAsync();
        await StartAsync();
    }

    /// <summary>Asks it to end (SIGTERM), and starts it again; it has to end as it should, without a word of the broker that it leaves.</summary>
    public async Task StopAndStartAsync()
    {
        await EndAsync(async h =>
        {
            Assert.True(await h.StopAsync() == 0, h.Output);
            Assert.DoesNotContain("has left the broker", h.Output, StringComparison.Ordinal);
        });
        await StartAsync();
    }

    async Task EndAsync(Func<HostProcess, Task> end)
    {
        Url = Nowhere;
        if (_running is not null)
        {
            await end(_running);
            _ended.Add(_running);
            _running = null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // The one that runs comes first, since each takes the directory with it.
        foreach (var host in _ended.Prepend(_running).OfType<HostProcess>())
        {
            await host.DisposeAsync();
        }
    }
}
