using System.Globalization;
using System.Security.Cryptography;
using Npgsql;

namespace EventBus.TestServices;

/// <summary>A PostgreSQL cluster of its own in a temporary folder; it ends with this process.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    const string Versions = "/usr/lib/postgresql";
    const string User = "eventbus";

    readonly string _folder = Directory.CreateTempSubdirectory("eventbus-postgres-").FullName;
    readonly string _password = RandomNumberGenerator.GetHexString(32);
    readonly int _port = FreePort.Next();
    readonly string _programs;
    ServiceProcess? _cluster;

    PostgresServer(string programs) => _programs = programs;

    /// <summary>As its superuser, to the database that is always there.</summary>
    public string ConnectionString => ConnectionStringTo("postgres");

    string Data => Path.Combine(_folder, "data");

    /// <summary>Makes a cluster, starts it and waits until it answers.</summary>
    /// <exception cref="MissingServiceException">PostgreSQL is not installed.</exception>
    public static async Task<PostgresServer> StartAsync(CancellationToken cancellationToken)
    {
        var server = new PostgresServer(FindPrograms());
        try
        {
            await server.InitializeAsync(cancellationToken);
            await server.StartClusterAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes an empty database that nobody else uses, so that tests can share the cluster.</summary>
    /// <returns>Its connection string.</returns>
    public async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        var name = $"test_{Guid.NewGuid():N}";
        await ExecuteAsync($"CREATE DATABASE {name}", cancellationToken);
        return ConnectionStringTo(name);
    }

    /// <summary>Ends the cluster at once, without the checkpoint of an orderly end; its data stay.</summary>
    public async Task StopAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.StopAsync();
            _cluster = null;
        }
    }

    /// <summary>Ends the cluster at once if it runs, and starts it on the same port and data.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        await StopAsync();
        await StartClusterAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    static string FindPrograms()
    {
        var newest = Directory.Exists(Versions)
            ? Directory.EnumerateDirectories(Versions)
                .Where(folder => File.Exists(Path.Combine(folder, "bin", "initdb")))
                .MaxBy(folder => double.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var version) ? version : 0)
            : null;
        return newest is null ? throw MissingServiceException.For($"{Versions}/*/bin/initdb", "postgresql") : Path.Combine(newest, "bin");
    }

    async Task InitializeAsync(CancellationToken cancellationToken)
    {
        var passwordFile = Path.Combine(_folder, "password");
        await File.WriteAllTextAsync(passwordFile, _password, cancellationToken);
        string[] initdb =
        [
            Path.Combine(_programs, "initdb"), "--pgdata", Data, "--username", User, "--pwfile", passwordFile, "--auth", "scram-sha-256",
            "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync",
        ];
        string[] command = Environment.IsPrivilegedProcess
            ? ["/bin/sh", "-c", "chown postgres: \"$0\" && exec \"$@\"", _folder, .. AsUser(initdb)]
            : initdb;

        // Signal 0 does nothing: initdb that is cut short would leave shared memory behind, so it gets its second or two.
        var process = await ServiceProcess.StartAsync(_folder, command, "0", ServiceEnvironment, cancellationToken);
        try
        {
            await process.WaitForSuccessAsync(cancellationToken);
        }
        finally
        {
            await process.StopAsync();
        }
    }

    async Task StartClusterAsync(CancellationToken cancellationToken)
    {
        string[] postgres =
        [
            Path.Combine(_programs, "postgres"), "-D", Data, "-c", $"port={_port}", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
        ];

        // SIGQUIT is its immediate shutdown, which also ends its children and frees its shared memory; after SIGKILL those would stay.
        _cluster = await ServiceProcess.StartAsync(_folder, AsUser(postgres), "QUIT", ServiceEnvironment, cancellationToken);
        await _cluster.WaitUntilAsync(AnswersAsync, cancellationToken);
    }

    async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ExecuteAsync("SELECT 1", cancellationToken);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        // Not pooled: a pool of this process would hand out connections that a restart has broken.
        await using var connection = new NpgsqlConnection($"{ConnectionString};Pooling=false");
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    Dictionary<string, string> ServiceEnvironment => new(StringComparer.Ordinal) { ["HOME"] = _folder };

    string ConnectionStringTo(string database) =>
        new NpgsqlConnectionStringBuilder { Host = "127.0.0.1", Port = _port, Username = User, Password = _password, Database = database }.ConnectionString;

    // PostgreSQL refuses to run as root.
    static string[] AsUser(string[] command) =>
        Environment.IsPrivilegedProcess ? ["/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--", .. command] : command;
}
