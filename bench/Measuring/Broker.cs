using System.Globalization;
using System.Text.Json;
using EventBus.TestServices;

namespace EventBus.Bench.Measuring;

/// <summary>The bench's own broker.</summary>
sealed class Broker : IAsyncDisposable
{
    const int StatisticsAttempts = 100;

    static readonly TimeSpan StatisticsPause = TimeSpan.FromMilliseconds(200);

    readonly RabbitMqServer _server;
    readonly int _process;

    Broker(RabbitMqServer server, int process)
    {
        _server = server;
        _process = process;
    }

    public TimeSpan Cpu => ProcessCpu.Of(_process);

    public static async Task<Broker> StartAsync(CancellationToken cancellationToken)
    {
        var server = await RabbitMqServer.StartAsync(cancellationToken);
        try
        {
            return new Broker(server, await ProcessIdAsync(server, cancellationToken));
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>A virtual host of its own, so that the two sides share nothing but the node.</summary>
    public async Task<BrokerAddress> CreateVirtualHostAsync(CancellationToken cancellationToken) =>
        new(_server.Host, _server.Port, await _server.CreateVirtualHostAsync(cancellationToken), _server.ManagementUri);

    public Task SetMemoryAlarmAsync(bool on) => _server.SetMemoryAlarmAsync(on);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    /// <summary>The node tells it with its first statistics, a moment after it is ready.</summary>
    static async Task<int> ProcessIdAsync(RabbitMqServer server, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < StatisticsAttempts; attempt++)
        {
            await using var nodes = await server.Management.GetStreamAsync(new Uri("api/nodes", UriKind.Relative), cancellationToken);
            using var document = await JsonDocument.ParseAsync(nodes, default, cancellationToken);
            if (document.RootElement[0].TryGetProperty("os_pid", out var pid))
            {
                return int.Parse(pid.GetString()!, CultureInfo.InvariantCulture);
            }

            await Task.Delay(StatisticsPause, cancellationToken);
        }

        throw new BenchException("The broker does not tell its process id.");
    }
}
