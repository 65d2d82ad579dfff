using EventBus.Bench.Servers;
using EventBus.TestServices;

namespace EventBus.Bench.Measuring;

/// <summary>What all scenarios share: broker, database, what telemetry is sent to, a folder, and the processes that were started.</summary>
sealed class Bed : IAsyncDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("eventbus-bench-");
    readonly List<Child> _children = [];
    readonly Broker _broker;
    readonly DatabaseServer _database;
    Child? _collector;

    Bed(Broker broker, DatabaseServer database)
    {
        _broker = broker;
        _database = database;
    }

    /// <exception cref="BenchException">Something that is needed did not start.</exception>
    public static async Task<Bed> StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            var broker = Broker.StartAsync(cancellationToken);
            var database = DatabaseServer.StartAsync(cancellationToken);
            await Task.WhenAll(broker, database);
            var bed = new Bed(await broker, await database);
            bed._collector = await bed.StartAsync(Roles.Collector, [], cancellationToken);
            return bed;
        }
        catch (Exception e) when (e is MissingServiceException or InvalidOperationException or TimeoutException)
        {
            throw new BenchException(e.Message, e);
        }
    }

    /// <summary>A virtual host, a database and a folder that nobody else uses.</summary>
    public async Task<ChildSettings> CreateSettingsAsync(CancellationToken cancellationToken) => new(
        await _broker.CreateVirtualHostAsync(cancellationToken), await _database.CreateDatabaseAsync(cancellationToken),
        _folder.CreateSubdirectory(Guid.NewGuid().ToString("N")).FullName, _collector!.Address);

    /// <summary>Starts a process in one of its <see cref="Roles"/>.</summary>
    public async Task<Child> StartAsync(string role, IEnumerable<KeyValuePair<string, string>> environment, CancellationToken cancellationToken)
    {
        var child = await Child.StartAsync(role, environment, cancellationToken);
        lock (_children)
        {
            _children.Add(child);
        }

        return child;
    }

    /// <summary>What everybody has used up to now.</summary>
    /// <param name="measured">The processes that are measured.</param>
    /// <param name="helpers">Those that send or receive beside the bench.</param>
    public CpuReading ReadCpu(IReadOnlyList<Child> measured, IReadOnlyList<Child> helpers)
    {
        var machine = MachineCpu.Busy;
        var (broker, database, own, children) = (_broker.Cpu, _database.Cpu, ProcessCpu.Of(Environment.ProcessId), Sum(_children));
        return new CpuReading(Sum(measured), broker, database, own + Sum([.. helpers, _collector!]), machine - broker - database - own - children);
    }

    /// <inheritdoc cref="DatabaseServer.SettleAsync"/>
    public Task SettleDatabaseAsync(CancellationToken cancellationToken) => _database.SettleAsync(cancellationToken);

    /// <summary>Freezes the database: connections stay open and nothing answers.</summary>
    public void FreezeDatabase() => _database.Freeze();

    /// <summary>Ends <see cref="FreezeDatabase"/>.</summary>
    public void ThawDatabase() => _database.Thaw();

    /// <summary>Raises the broker's memory alarm, so that it takes no more messages, or ends it.</summary>
    public Task SetMemoryAlarmAsync(bool on) => _broker.SetMemoryAlarmAsync(on);

    /// <summary>What all that belongs to it has used up to now; the bench itself does not.</summary>
    public TimeSpan Cpu => _broker.Cpu + _database.Cpu + Sum(_children);

    public async ValueTask DisposeAsync()
    {
        await _collector!.DisposeAsync();
        await _broker.DisposeAsync();
        await _database.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    static TimeSpan Sum(IReadOnlyList<Child> children) => children.Aggregate(TimeSpan.Zero, (sum, child) => sum + child.Cpu);
}
