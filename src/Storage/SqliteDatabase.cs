using System.Data.Common;
using System.Threading.Channels;
using Dapper;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace EventBus.Storage;

/// <summary>SQLite in one file, for one process: write-ahead log, every commit fsynced.</summary>
public sealed class SqliteDatabase : Database
{
    /// <summary>How many callers share one commit at most.</summary>
    const int MaxGroup = 256;

    /// <summary>SQLITE_CONFIG_STMTJRNL_SPILL (https://www.sqlite.org/c3ref/c_config_covering_index_scan.html).</summary>
    const int SavepointSpill = 26;

    /// <summary>Up to so many bytes what a savepoint would restore stays in memory; as it comes, all beyond 64 KiB goes to a file, in each group.</summary>
    const int MaxSavepointMemory = 16 * 1024 * 1024;

    /// <summary>SQLITE_DBSTATUS_CACHE_WRITE (https://www.sqlite.org/c3ref/c_dbstatus_options.html): pages written.</summary>
    const int PagesWritten = 9;

    /// <summary>So many pages go into the write-ahead log until they are taken over into the file, beside the writer.</summary>
    const int CheckpointPages = 4096;

    /// <summary>
    /// 16 MiB of pages in memory instead of 2: keys that are hashes touch pages all over the file. The writer itself makes a checkpoint only where the log has 64 MiB:
    /// while something is written beside every checkpoint, none reaches the log's end, and the log would grow for ever. What is left for the writer to take over then is little.
    /// </summary>
    const string Tuning = "PRAGMA journal_mode = WAL; PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 16384";

    static readonly Dictionary<string, string> Words = new(StringComparer.Ordinal)
    {
        ["$identity"] = "INTEGER PRIMARY KEY AUTOINCREMENT",
        ["$bytes"] = "BLOB",
    };

    readonly string _path;
    readonly string _setting;
    readonly Migrations _migrations;
    readonly bool _owned;
    readonly string _connectionString;
    readonly Channel<Work> _queue = Channel.CreateUnbounded<Work>(new UnboundedChannelOptions { SingleReader = true });
    readonly Channel<bool> _due = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    FileStream? _lock;
    SqliteConnection? _writer;
    SqliteConnection? _checkpointer;
    Task? _loop;
    Task? _checkpoints;
    int _pages;

    static SqliteDatabase()
    {
        Batteries_V2.Init();
        raw.sqlite3_config(SavepointSpill, MaxSavepointMemory);
    }

    /// <summary>Touches nothing yet.</summary>
    /// <param name="path">The file; its directory is made where it is missing.</param>
    /// <param name="setting">The setting that the path comes from, with an example, for messages.</param>
    /// <param name="migrations">The tables.</param>
    /// <param name="owned">Whether this process claims the file for itself, as hosts do; a command line looks in beside them.</param>
    public SqliteDatabase(string path, string setting, Migrations migrations, bool owned = true)
    {
        _path = Path.GetFullPath(path);
        _setting = setting;
        _migrations = migrations;
        _owned = owned;
        _connectionString = new SqliteConnectionStringBuilder { DataSource = _path, Mode = SqliteOpenMode.ReadWriteCreate, DefaultTimeout = 30 }.ToString();
    }

    /// <inheritdoc/>
    public override string Name => _path;

    /// <inheritdoc/>
    public override string Now => "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)";

    /// <inheritdoc/>
    public override bool IsShared => false;

    /// <inheritdoc/>
    public override async Task OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            Claim();
            _writer = (SqliteConnection)await ConnectAsync(cancellationToken);
            await _writer.ExecuteAsync(Tuning);
            await _migrations.ApplyAsync(_writer, Words);
            _checkpointer = (SqliteConnection)await ConnectAsync(cancellationToken);
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new StorageException($"The storage {_path} cannot be used ({Reason(e)}); {_setting}", e);
        }

        _loop = Task.Factory.StartNew(Write, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        _checkpoints = Task.Factory.StartNew(Checkpoint, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <inheritdoc/>
    public override async Task<SchemaState> ReadSchemaAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await using var connection = await ConnectAsync(cancellationToken);
            return await _migrations.CompareAsync(connection, "SELECT count(*) FROM sqlite_master WHERE name = 'schema_migrations'");
        }
        catch (SqliteException e)
        {
            throw new StorageException($"The storage {_path} cannot be used ({Reason(e)}); {_setting}", e);
        }
    }

    /// <inheritdoc/>
    public override Task<long> ReadSizeAsync(CancellationToken cancellationToken = default) => Task.FromResult(new FileInfo(_path).Length);

    /// <inheritdoc/>
    public override async Task<DbConnection> ConnectAsync(CancellationToken cancellationToken = default)
    {
        if (_owned && _lock is null)
        {
            throw new StorageException($"The storage {_path} is not open yet.");
        }

        var connection = new SqliteConnection(_connectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            await connection.ExecuteAsync("PRAGMA synchronous = FULL");
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Only one process works on it.</summary>
    public override Task<IAsyncDisposable?> TryLockAsync(string name, CancellationToken cancellationToken = default) => Task.FromResult<IAsyncDisposable?>(new NoLock());

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        if (_loop is not null)
        {
            await _loop;
            _due.Writer.TryComplete();
            await _checkpoints!;
        }

        if (_checkpointer is not null)
        {
            await _checkpointer.DisposeAsync();
        }

        if (_writer is not null)
        {
            await _writer.DisposeAsync();
        }

        SqliteConnection.ClearPool(new SqliteConnection(_connectionString));
        _lock?.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task<T> CommitAsync<T>(Func<DbTransaction, Task<T>> work, bool goesOnAtOnce, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var entry = new Work(async transaction => await work(transaction), goesOnAtOnce ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously);
        ObjectDisposedException.ThrowIf(!_queue.Writer.TryWrite(entry), this);
        return (T)(await entry.Done.Task)!;
    }

    internal override bool IsDataError(Exception exception) => exception is SqliteException { SqliteErrorCode: 1 or 18 or 19 or 20 or 25 } or ArgumentException;

    /// <summary>The lock ends with the process, however it ends.</summary>
    void Claim()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        if (!_owned)
        {
            return;
        }

        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            _lock = new FileStream($"{_path}.lock", options);
        }
        catch (IOException e) when (File.Exists($"{_path}.lock"))
        {
            throw new StorageException(
                $"The storage {_path} is in use by another process. Hosts that share a storage need PostgreSQL (EventBus__Storage=postgres); hosts that do not share it need directories of their own: {_setting}", e);
        }

        if (!File.Exists(_path))
        {
            // Made here, so that nobody else may read it. Never opened where it is there already: closing it would give up all locks that SQLite has on it in this process
            // (https://www.sqlite.org/howtocorrupt.html, section 2.2), and another process, a command line, would take it for closed and clear its write-ahead log away.
            options.Mode = FileMode.CreateNew;
            using var file = new FileStream(_path, options);
        }
    }

    /// <summary>
    /// On a thread of its own, which waits for the disk most of the time. What SQLite allocates comes from one arena of the allocator then, and is used again; from the
    /// pool's threads it comes from one for each of them.
    /// </summary>
    void Write()
    {
        var group = new List<Work>(MaxGroup);
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            group.Clear();
            while (group.Count < MaxGroup && _queue.Reader.TryRead(out var work))
            {
                group.Add(work);
            }

            try
            {
                CommitGroupAsync(group).GetAwaiter().GetResult();
            }
            catch (Exception e) when (e is SqliteException or InvalidOperationException)
            {
                // Nothing of the group is on disk: a full disk, a lost file.
                group.ForEach(w => w.Done.TrySetException(new StorageException($"The storage did not take a write ({Reason(e)}).", e)));
            }
        }
    }

    async Task CommitGroupAsync(List<Work> group)
    {
        var transaction = _writer!.BeginTransaction(deferred: false);
        List<(Work Work, object? Result)> results;
        try
        {
            results = await RunAsync(transaction, group);
            if (results.Count > 0)
            {
                await transaction.CommitAsync();
            }
        }
        finally
        {
            End(transaction);
        }

        results.ForEach(r => r.Work.Done.SetResult(r.Result));
        raw.sqlite3_db_status(_writer!.Handle, PagesWritten, out var pages, out _, resetFlg: 1);
        _pages += pages;
        if (_pages > CheckpointPages)
        {
            _pages = 0;
            _due.Writer.TryWrite(true);
        }
    }

    /// <summary>On a thread of its own, which waits for the disk: the writer goes on meanwhile. What could not be taken over stays in the log until the next time.</summary>
    void Checkpoint()
    {
        while (_due.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            _due.Reader.TryRead(out _);
            raw.sqlite3_wal_checkpoint_v2(_checkpointer!.Handle, "main", raw.SQLITE_CHECKPOINT_PASSIVE, out _, out _);
        }
    }

    /// <summary>Runs what stands for itself: what fails is taken back alone. Where there is only one, the transaction is all there is to take back.</summary>
    static async Task<List<(Work Work, object? Result)>> RunAsync(SqliteTransaction transaction, List<Work> group)
    {
        var results = new List<(Work Work, object? Result)>(group.Count);
        var hasOthers = group.Count > 1;
        foreach (var work in group)
        {
            if (hasOthers)
            {
                await transaction.SaveAsync("one");
            }

            try
            {
                results.Add((work, await work.Run(transaction)));
            }
            catch (Exception e) when (!IsLost(e))
            {
                if (hasOthers)
                {
                    await transaction.RollbackAsync("one");
                }

                work.Done.SetException(e);
            }

            if (hasOthers)
            {
                await transaction.ReleaseAsync("one");
            }
        }

        return results;
    }

    /// <summary>
    /// Leaves the connection fit for the next transaction. Where a commit fails, on a full disk, SQLite has rolled back by itself; the library does not see that, fails
    /// to roll back once more, and takes the transaction for open ever after. So it gets one that it can roll back.
    /// </summary>
    void End(SqliteTransaction transaction)
    {
        var handle = _writer!.Handle;
        if (transaction.Connection is not null && raw.sqlite3_get_autocommit(handle) != 0)
        {
            raw.sqlite3_exec(handle, "BEGIN");
        }

        transaction.Dispose();
        if (raw.sqlite3_get_autocommit(handle) == 0)
        {
            raw.sqlite3_exec(handle, "ROLLBACK");
        }
    }

    /// <summary>Errors after which SQLite has given up the whole transaction: input and output, a full disk, memory.</summary>
    static bool IsLost(Exception exception) => exception is SqliteException { SqliteErrorCode: 7 or 8 or 10 or 11 or 13 or 26 };

    static string Reason(Exception exception) => exception is SqliteException sqlite ? $"SQLite error {sqlite.SqliteErrorCode}" : exception.GetType().Name;

    sealed record Work(Func<DbTransaction, Task<object?>> Run, TaskCreationOptions Continuations)
    {
        public TaskCompletionSource<object?> Done { get; } = new(Continuations);
    }

    sealed class NoLock : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
