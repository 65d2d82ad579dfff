using System.Diagnostics;
using System.Globalization;
using EventBus.Bench.Servers;

namespace EventBus.Bench.Measuring;

/// <summary>The bench's executable once more, as a process that is measured, or helps.</summary>
sealed class Child : IAsyncDisposable
{
    static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(30);

    readonly Process _process;
    bool _hasEnded;

    Child(Process process, string address)
    {
        _process = process;
        Address = address;
    }

    /// <summary>Where it listens; empty if it does not.</summary>
    public string Address { get; }

    public TimeSpan Cpu => _hasEnded ? TimeSpan.Zero : ProcessCpu.Of(_process.Id);

    /// <exception cref="BenchException">It ended instead of getting ready.</exception>
    public static async Task<Child> StartAsync(string role, IEnumerable<KeyValuePair<string, string>> environment, CancellationToken cancellationToken)
    {
        var program = Environment.ProcessPath!;
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
        {
            start.ArgumentList.Add(typeof(Child).Assembly.Location);
        }

        start.ArgumentList.Add("serve");
        start.ArgumentList.Add(role);
        start.Environment["DOTNET_gcServer"] = Roles.ServerCollected.Contains(role) ? "1" : "0";
        foreach (var (name, value) in Roles.Consumers.Contains(role) ? Roles.OfConsumers.Concat(environment) : environment)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        var address = await process.StandardOutput.ReadLineAsync(cancellationToken);
        return address is not null ? new Child(process, address) : throw new BenchException($"The process {role} ended before it was ready.");
    }

    /// <summary>Sends a line and waits for the answer.</summary>
    public async Task<string> AskAsync(string line, CancellationToken cancellationToken)
    {
        await _process.StandardInput.WriteLineAsync(line.AsMemory(), cancellationToken);
        await _process.StandardInput.FlushAsync(cancellationToken);
        return await _process.StandardOutput.ReadLineAsync(cancellationToken) ?? throw new BenchException("A measured process ended.");
    }

    /// <summary>Bytes that it has allocated up to now.</summary>
    public async Task<double> AllocatedAsync(CancellationToken cancellationToken) => double.Parse(await AskAsync(ParentPipe.Allocated, cancellationToken), CultureInfo.InvariantCulture);

    /// <summary>Seconds that its runtime has spent compiling up to now, on all threads.</summary>
    public async Task<double> CompiledAsync(CancellationToken cancellationToken) => double.Parse(await AskAsync(ParentPipe.Compiled, cancellationToken), CultureInfo.InvariantCulture);

    /// <summary>Bytes of its heap, as its last collection has left it.</summary>
    public async Task<long> HeapAsync(CancellationToken cancellationToken) => long.Parse(await AskAsync(ParentPipe.Heap, cancellationToken), CultureInfo.InvariantCulture);

    /// <summary>Bytes of memory that it has (proc(5), <c>VmRSS</c>).</summary>
    public long ResidentBytes => 1024 * long.Parse(
        File.ReadLines($"/proc/{_process.Id}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);

    /// <summary>Halts it: it keeps what it has and does nothing.</summary>
    public Task FreezeAsync() => SignalAsync("STOP");

    /// <summary>Ends <see cref="FreezeAsync"/>.</summary>
    public Task ThawAsync() => SignalAsync("CONT");

    public async ValueTask DisposeAsync()
    {
        if (_hasEnded)
        {
            return;
        }

        _process.StandardInput.Close();
        using var limit = new CancellationTokenSource(EndLimit);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
        }

        _hasEnded = true;
        _process.Dispose();
    }

    async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("/bin/kill", ["-s", signal, _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }
}
