using System.Data.Common;
using System.Security.Cryptography;
using Dapper;

namespace EventBus.Storage;

/// <summary>
/// One of the two homes: <see cref="SqliteDatabase"/> or <see cref="PostgresDatabase"/>. The SQL that goes in is the same for both; times are milliseconds since
/// 1970-01-01 UTC.
/// </summary>
public abstract class Database : IAsyncDisposable
{
    /// <summary>The largest event that a gateway takes unless told otherwise: what fails may be a group of many writes, and a smaller probe would fit where they did not.</summary>
    const int ProbeBytes = 1024 * 1024;

    /// <summary>What tells it from the other databases of a host.</summary>
    public abstract string Name { get; }

    /// <summary>An SQL expression: the database's own clock, in milliseconds since 1970-01-01 UTC. Hosts whose clocks differ agree on it.</summary>
    public abstract string Now { get; }

    /// <summary>Whether several processes may work on it at once.</summary>
    public abstract bool IsShared { get; }

    /// <summary>
    /// Whether a write was not taken (a full disk, a server that is away) and <see cref="TryWriteAsync"/> has not gone through since. A small write that does, into what is
    /// left of a disk, is no proof.
    /// </summary>
    public bool WritesFail { get; private set; }

    /// <summary>Opens the database, and brings its tables to this version; hosts that start at the same time wait for each other.</summary>
    /// <exception cref="StorageException">It cannot be opened; the message names the setting with an example.</exception>
    public abstract Task OpenAsync(CancellationToken cancellationToken);

    /// <summary>Looks whether its tables are of this version, and changes nothing.</summary>
    /// <exception cref="StorageException">It cannot be reached; the message names the setting with an example.</exception>
    public abstract Task<SchemaState> ReadSchemaAsync(CancellationToken cancellationToken = default);

    /// <summary>How many bytes it takes.</summary>
    public abstract Task<long> ReadSizeAsync(CancellationToken cancellationToken = default);

    /// <summary>A connection for reading, to be disposed.</summary>
    public abstract Task<DbConnection> ConnectAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Runs work in a transaction, and returns when it is committed to disk. On SQLite, where only one writes at a time, callers that wait share one commit;
    /// work that throws is rolled back alone.
    /// </summary>
    /// <param name="work">What to write. It may run more than once, so it has no other effects.</param>
    /// <param name="cancellationToken">Gives up waiting before the work has begun, never in the middle.</param>
    public Task<T> TransactAsync<T>(Func<DbTransaction, Task<T>> work, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        return TransactAsync(work, goesOnAtOnce: false, cancellationToken);
    }

    /// <inheritdoc cref="TransactAsync{T}(Func{DbTransaction, Task{T}}, CancellationToken)"/>
    /// <param name="work">What to write. It may run more than once, so it has no other effects.</param>
    /// <param name="goesOnAtOnce">
    /// Whether the caller goes on within SQLite's writer, before that gathers its next group: what the caller writes then is part of it, which saves commits. It must not block.
    /// </param>
    /// <param name="cancellationToken">Gives up waiting before the work has begun, never in the middle.</param>
    internal async Task<T> TransactAsync<T>(Func<DbTransaction, Task<T>> work, bool goesOnAtOnce, CancellationToken cancellationToken = default)
    {
        try
        {
            return await CommitAsync(work, goesOnAtOnce, cancellationToken);
        }
        catch (Exception e) when (e is StorageException or DbException && !IsDataError(e))
        {
            WritesFail = true;
            throw;
        }
    }

    /// <inheritdoc cref="TransactAsync{T}(Func{DbTransaction, Task{T}}, CancellationToken)"/>
    public Task TransactAsync(Func<DbTransaction, Task> work, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        return TransactAsync(
            async transaction =>
            {
                await work(transaction);
                return true;
            },
            cancellationToken);
    }

    /// <summary>Writes as much as a large event, to see whether it can.</summary>
    public async Task<bool> TryWriteAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await TransactAsync(
                transaction => transaction.Connection!.ExecuteAsync(
                    "INSERT INTO probes (id, filler) VALUES (1, @filler) ON CONFLICT (id) DO UPDATE SET filler = excluded.filler",
                    new { filler = RandomNumberGenerator.GetBytes(ProbeBytes) }, transaction),
                cancellationToken);
            WritesFail = false;
            return true;
        }
        catch (Exception e) when (e is StorageException or DbException)
        {
            return false;
        }
    }

    /// <summary>Takes a lock among all processes that work on this database, without waiting; it is given back by disposing it, or by the end of the process.</summary>
    /// <returns>Null where another one has it.</returns>
    public abstract Task<IAsyncDisposable?> TryLockAsync(string name, CancellationToken cancellationToken = default);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();

    /// <summary>Does what <see cref="TransactAsync{T}(Func{DbTransaction, Task{T}}, CancellationToken)"/> promises.</summary>
    protected abstract Task<T> CommitAsync<T>(Func<DbTransaction, Task<T>> work, bool goesOnAtOnce, CancellationToken cancellationToken);

    /// <summary>Whether an exception says that what was written is at fault, rather than the database.</summary>
    internal abstract bool IsDataError(Exception exception);
}
