using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace EventBus.TestServices;

/// <summary>
/// A program that ends when we end, however that happens. A shell between us and it holds the reading end of a pipe from us; the kernel closes the
/// pipe when we are gone, even by kill -9, and the shell then ends the program and deletes its folder.
/// </summary>
sealed partial class ServiceProcess : IAsyncDisposable
{
    const string Supervisor = """
        signal=$1 folder=$2
        shift 2
        exec 2>>"$folder/stderr.log"
        setsid "$@" </dev/null >>"$folder/stdout.log" &
        service=$!
        echo "$service"
        exec >/dev/null
        read -r order
        kill -s "$signal" -- "-$service"
        tries=0
        while kill -s 0 "$service" && [ "$tries" -lt 200 ]; do
          sleep 0.05
          tries=$((tries + 1))
        done 2>/dev/null
        [ "$tries" -lt 200 ] || kill -s KILL -- "-$service"
        wait "$service"
        status=$?
        [ "$order" = keep ] || rm -rf -- "$folder"
        exit "$status"
        """;

    const int SigStop = 19;
    const int SigCont = 18;

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);

    readonly Process _supervisor;
    readonly string _folder;
    readonly string _name;
    readonly int _pid;

    ServiceProcess(Process supervisor, string folder, string name, int pid)
    {
        _supervisor = supervisor;
        _folder = folder;
        _name = name;
        _pid = pid;
    }

    /// <summary>What it wrote to its standard output.</summary>
    public string OutputFile => Path.Combine(_folder, "stdout.log");

    /// <param name="folder">Becomes its working folder, and gets what it prints.</param>
    /// <param name="command">The program's full path, and its arguments.</param>
    /// <param name="signal">What ends it; after ten seconds it is killed.</param>
    /// <param name="environment">On top of ours, without what is ours of RabbitMQ, Erlang and PostgreSQL.</param>
    /// <param name="cancellationToken">Gives up, and ends what was started.</param>
    public static async Task<ServiceProcess> StartAsync(
        string folder, IReadOnlyList<string> command, string signal, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("/usr/bin/setsid", ["/bin/sh", "-c", Supervisor, "supervisor", signal, folder, .. command])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
            WorkingDirectory = folder,
        };
        foreach (var name in start.Environment.Keys.Where(IsForeign).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var supervisor = Process.Start(start)!;
        try
        {
            var line = await supervisor.StandardOutput.ReadLineAsync(cancellationToken);
            return new ServiceProcess(supervisor, folder, Path.GetFileName(command[0]), int.Parse(line ?? "", CultureInfo.InvariantCulture));
        }
        catch
        {
            await EndAsync(supervisor, order: null);
            throw;
        }
    }

    /// <summary>Waits until it does what it is there for; if it ends before, throws with what it logged.</summary>
    public async Task WaitUntilAsync(Func<CancellationToken, Task<bool>> ready, CancellationToken cancellationToken)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await ready(cancellationToken))
        {
            if (HasEnded)
            {
                throw new InvalidOperationException($"{_name} ended while it started.{Environment.NewLine}{LogTail()}");
            }

            if (TimeProvider.System.GetElapsedTime(start) > StartLimit)
            {
                throw new TimeoutException($"{_name} was not ready after {StartLimit}.{Environment.NewLine}{LogTail()}");
            }

            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>Lets a program that ends by itself do so, and throws with what it logged if it failed. Keeps its folder.</summary>
    public async Task WaitForSuccessAsync(CancellationToken cancellationToken)
    {
        while (!HasEnded)
        {
            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
        }

        if (await StopAsync() is not 0 and var status)
        {
            throw new InvalidOperationException($"{_name} failed with status {status}.{Environment.NewLine}{LogTail()}");
        }
    }

    /// <summary>Freezes it, as a machine that hangs would.</summary>
    public async Task FreezeAsync()
    {
        Signal(SigStop);
        while (State is not 'T' && !HasEnded)
        {
            await Task.Delay(Pause, TimeProvider.System);
        }
    }

    /// <summary>Lets it go on.</summary>
    public void Thaw() => Signal(SigCont);

    /// <summary>Ends it and keeps its folder.</summary>
    /// <returns>Its exit status.</returns>
    public Task<int> StopAsync() => EndAsync(_supervisor, "keep");

    /// <summary>Ends it and deletes its folder.</summary>
    public async ValueTask DisposeAsync() => await EndAsync(_supervisor, order: null);

    bool HasEnded => State is null or 'Z' or 'X';

    /// <summary>As in proc(5); null when there is no such process.</summary>
    char? State
    {
        get
        {
            try
            {
                var stat = File.ReadAllText($"/proc/{_pid}/stat");
                return stat[stat.LastIndexOf(')') + 2];
            }
            catch (IOException)
            {
                return null;
            }
        }
    }

    static bool IsForeign(string variable) =>
        variable.StartsWith("RABBITMQ_", StringComparison.Ordinal)
        || variable.StartsWith("ERL_", StringComparison.Ordinal)
        || variable.StartsWith("PG", StringComparison.Ordinal);

    static async Task<int> EndAsync(Process supervisor, string? order)
    {
        try
        {
            if (order is not null)
            {
                await supervisor.StandardInput.WriteLineAsync(order);
            }

            supervisor.StandardInput.Close();
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // It was ended before.
        }

        await supervisor.WaitForExitAsync();
        return supervisor.ExitCode;
    }

    void Signal(int signal)
    {
        if (!HasEnded && Kill(_pid, signal) is not 0)
        {
            throw new InvalidOperationException($"No signal {signal} to {_name}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    string LogTail()
    {
        const int lines = 40;
        return string.Join(
            Environment.NewLine,
            Directory.EnumerateFiles(_folder, "*.log")
                .Order(StringComparer.Ordinal)
                .SelectMany(file => File.ReadLines(file).TakeLast(lines).Prepend($"--- {file}")));
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int pid, int signal);
}
