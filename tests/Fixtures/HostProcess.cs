using System.Collections.Concurrent;
using System.Diagnostics;

namespace EventBus.Tests.Fixtures;

/// <summary>One of the built programs as a process, in a working directory of its own.</summary>
sealed class HostProcess : IAsyncDisposable
{
    readonly Process _process;
    readonly DirectoryInfo _directory;
    readonly ConcurrentQueue<string> _lines = new();

    HostProcess(Process process, DirectoryInfo directory)
    {
        (_process, _directory) = (process, directory);
    }

    /// <summary>Its working directory; another one started there goes on with its data.</summary>
    public DirectoryInfo Directory => _directory;

    /// <summary>Everything it wrote so far.</summary>
    public string Output => string.Join('\n', _lines);

    /// <summary>Starts an assembly that the tests were built with.</summary>
    public static HostProcess Start(string assembly, IEnumerable<string> arguments, IEnumerable<(string Name, string Value)> environment, DirectoryInfo? directory = null) =>
        StartAssembly(PathOf(assembly), arguments, environment, directory);

    /// <summary>Starts an assembly that the tests were built with, where no file may grow beyond a limit, as on a full disk, until <see cref="EndFileLimitAsync"/>.</summary>
    public static HostProcess StartWithFileLimit(int kibibytes, string assembly, IEnumerable<string> arguments, IEnumerable<(string Name, string Value)> environment) =>
        Start(
            "bash", ["-c", $"trap '' XFSZ; ulimit -S -f {kibibytes}; exec dotnet \"$@\"", "bash", PathOf(assembly), .. arguments],
            [.. environment, ("DOTNET_EnableWriteXorExecute", "0")], null); // which maps memory through a large file

    /// <summary>Starts an assembly by its path.</summary>
    public static HostProcess StartAssembly(string path, IEnumerable<string> arguments, IEnumerable<(string Name, string Value)> environment, DirectoryInfo? directory = null) =>
        Start("dotnet", [path, .. arguments], environment, directory);

    static HostProcess Start(string program, string[] arguments, IEnumerable<(string Name, string Value)> environment, DirectoryInfo? directory)
    {
        directory ??= System.IO.Directory.CreateTempSubdirectory("eventbus-host-");
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = directory.FullName,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // Many run at once, and each has a Console.
        start.Environment["EventBus__Console__Url"] = "http://127.0.0.1:0";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = new Process { StartInfo = start };
        var host = new HostProcess(process, directory);
        process.OutputDataReceived += (_, e) => host._lines.Enqueue(e.Data ?? "");
        process.ErrorDataReceived += (_, e) => host._lines.Enqueue(e.Data ?? "");
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return host;
    }

    /// <summary>The address that it says it listens on.</summary>
    public async Task<string> UrlAsync()
    {
        const string listening = "Now listening on: ";
        var line = await UntilAsync(l => l.Contains(listening, StringComparison.Ordinal));
        return line[(line.IndexOf(listening, StringComparison.Ordinal) + listening.Length)..].Split('"')[0].Trim();
    }

    /// <summary>Waits for a line of output.</summary>
    public async Task<string> UntilAsync(Func<string, bool> matches)
    {
        string? found = null;
        await Eventually.TrueAsync(
            () =>
            {
                found = _lines.FirstOrDefault(matches);
                return found is not null || (_process.HasExited ? throw new InvalidOperationException($"The program has ended:\n{Output}") : false);
            },
            "the program has written a line");
        return found!;
    }

    /// <summary>Ends it at once (SIGKILL), wherever it is.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Waits for its end.</summary>
    public async Task<int> ExitCodeAsync(TimeSpan? limit = null)
    {
        await Eventually.TrueAsync(() => _process.HasExited, "the program has ended", limit);
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    /// <summary>Asks it to end (SIGTERM), as an operating system or a container engine does.</summary>
    public async Task<int> StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString()]);
        await kill.WaitForExitAsync();
        return await ExitCodeAsync();
    }

    /// <summary>Lets files grow again.</summary>
    public async Task EndFileLimitAsync()
    {
        using var limit = Process.Start("prlimit", [$"--pid={_process.Id}", "--fsize=unlimited"]);
        await limit.WaitForExitAsync();
        Assert.Equal(0, limit.ExitCode);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        if (_directory.Exists)
        {
            _directory.Delete(recursive: true);
        }
    }

    static string PathOf(string assembly) => Path.Combine(AppContext.BaseDirectory, $"{assembly}.dll");
}
