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

    /// <summary>
    /// Has it do now what it does by itself at some time within minutes, in the middle of whichever round that is: count what its tables hold, until when it plans as if they
    /// were empty; clear away old versions of rows; and write a checkpoint, after which whole pages go to the log where they are changed for the first time.
    /// </summary>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        foreach (var connectionString in _databases)
        {
            await ExecuteAsync(connectionString, "VACUUM ANALYZE", cancellationToken);
        }

        // One is of all databases.
        await ExecuteAsync(_server.ConnectionString, "CHECKPOINT", cancellationToken);
    }

    /// <summary>Halts it with all its children, which are groups of their own.</summary>
    public void Freeze() => Signal("STOP");

    /// <summary>Ends <see cref="Freeze"/>.</summary>
    public void Thaw() => Signal("CONT");

    static async Task ExecuteAsync(string connectionString, string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection($"{connectionString};Pooling=false");
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

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
