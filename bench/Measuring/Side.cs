using System.Text.Json;
using EventBus.Bench.Load;
using EventBus.Operations.Access;

namespace EventBus.Bench.Measuring;

/// <summary>Ours or the twin: its process, its virtual host, its queue, and the load on it.</summary>
sealed class Side : IAsyncDisposable
{
    const int PrimingAttempts = 10;

    readonly Broker _broker;
    readonly BenchQueue _queue;
    readonly Child _child;
    readonly HttpLoad? _http;

    Side(Broker broker, BenchQueue queue, Child child, HttpLoad? http)
    {
        _broker = broker;
        _queue = queue;
        _child = child;
        _http = http;
    }

    public static async Task<Side> StartAsync(Scenario scenario, string role, Broker broker, CancellationToken cancellationToken)
    {
        var address = await broker.CreateVirtualHostAsync(cancellationToken);
        var queue = await BenchQueue.ConnectAsync(address);
        if (role == scenario.TwinRole)
        {
            await queue.DeclareExchangesAsync();
        }

        var key = ApiKey.Create();
        var child = await Child.StartAsync(role, ChildSettings.For(address, key), cancellationToken);
        var http = scenario.Connections == 0 ? null : new HttpLoad(new Uri(child.Address), key, scenario.Connections, scenario.Batch);
        var side = new Side(broker, queue, child, http);
        await side.PrimeAsync(cancellationToken);
        await queue.BindAsync();
        return side;
    }

    /// <summary>Sends for so long, then empties the queue.</summary>
    public async Task<Round> MeasureAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        var before = ReadCpu();
        var start = TimeProvider.System.GetTimestamp();
        var load = await SendAsync(duration, cancellationToken);
        var cpu = ReadCpu() - before;
        var machine = TimeProvider.System.GetElapsedTime(start) * Environment.ProcessorCount;
        var lost = await _queue.EmptyAsync(load.Events);
        return new Round(
            load.Events / load.Seconds,
            load.P99Milliseconds,
            PerTenThousand(cpu.Service),
            PerTenThousand(cpu.Broker),
            _http is null ? 0 : PerTenThousand(cpu.Load),
            Math.Max(0, cpu.Others / machine),
            load.Failed,
            lost,
            load.FirstError);

        double PerTenThousand(TimeSpan spent) => load.Events == 0 ? 0 : spent.TotalSeconds * 10_000 / load.Events;
    }

    public async ValueTask DisposeAsync()
    {
        _http?.Dispose();
        await _child.DisposeAsync();
        await _queue.DisposeAsync();
    }

    /// <summary>The first publish makes the exchanges, which the queue is then bound to.</summary>
    async Task PrimeAsync(CancellationToken cancellationToken)
    {
        LoadResult? result = null;
        for (var i = 0; i < PrimingAttempts; i++)
        {
            result = await SendAsync(TimeSpan.FromSeconds(0.1), cancellationToken);
            if (result is { Events: > 0, Failed: 0 })
            {
                return;
            }
        }

        throw new BenchException($"A process to be measured takes no events: {result!.FirstError}");
    }

    async Task<LoadResult> SendAsync(TimeSpan duration, CancellationToken cancellationToken) => _http is not null
        ? await _http.RunAsync(duration)
        : JsonSerializer.Deserialize<LoadResult>(await _child.AskAsync($"{duration.TotalSeconds}", cancellationToken))!;

    CpuReading ReadCpu() => new(_child.Cpu, _broker.Cpu, ProcessCpu.OfThisProcess, MachineCpu.Busy);
}
