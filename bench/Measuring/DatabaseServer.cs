using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using EventBus.Storage;
using EventBus.TestServices;
using Npgsql;

namespace EventBus.Bench.Measuring;

/// <summary>The bench's own PostgreSQL, as it comes: a commit is on disk when it returns.</summary>
sealed class DatabaseServer : IAsyncDisposable
{
    readonly ConcurrentBag<string> _databases = [];
    readonly PostgresServer _server;
    readonly int _process;

    DatabaseServer(PostgresServer server, int process)
    {
        _server = server;
        _process = process;
    }

    public TimeSpan Cpu => ProcessCpu.OfTree(_process);

    public static async Task<DatabaseServer> StartAsync(CancellationToken cancellationToken)
    {
        var server = await PostgresServer.StartAsync(cancellationToken);
        try
        {
            await using var connection = new NpgsqlConnection($"{server.ConnectionString};Pooling=false");
            await connection.OpenAsync(cancellationToken);
            return new DatabaseServer(server, ProcessCpu.ParentOf(connection.ProcessID));
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>A database of its own, with the tables of EventBus; returns its connection string.</summary>
    public async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        var connectionString = await _server.CreateDatabaseAsync(cancellationToken);
        await using var database = new PostgresDatabase(connectionString, Migrations.Bus);
        await database.OpenAsync(cancellationToken);
        _databases.Add(connectionString);
        return connectionString;
    }

    /// <summary>Has it count what its tables hold. By itself it does so at some time within minutes; until then it plans as if they were empty, and finds rows by reading all.</summary>
    public async Task AnalyzeAsync(CancellationToken cancellationToken)
    {
        foreach (var connectionString in _databases)
        {
            await using var connection = new NpgsqlConnection($"{connectionString};Pooling=false");
            await connection.OpenAsync(cancellationToken);
            await using var command = new NpgsqlCommand("ANALYZE", connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <summary>Halts it with all its children, which are groups of their own.</summary>
    public void Freeze() => Signal("STOP");

    /// <summary>Ends <see cref="Freeze"/>.</summary>
    public void Thaw() => Signal("CONT");

    void Signal(string signal)
    {
        // The parent first, so that no child is missed that it starts.
        foreach (var pid in (IReadOnlyList<int>)[_process, .. ProcessCpu.ChildrenOf(_process)])
        {
            using var kill = Process.Start("/bin/kill", ["-s", signal, pid.ToString(CultureInfo.InvariantCulture)]);
            kill.WaitForExit();
        }
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
