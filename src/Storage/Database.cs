using System.Data.Common;

namespace EventBus.Storage;

/// <summary>
/// One of the two homes: <see cref="SqliteDatabase"/> or <see cref="PostgresDatabase"/>. The SQL that goes in is the same for both; times are milliseconds since
/// 1970-01-01 UTC.
/// </summary>
public abstract class Database : IAsyncDisposable
{
    /// <summary>What tells it from the other databases of a host.</summary>
    public abstract string Name { get; }

    /// <summary>An SQL expression: the database's own clock, in milliseconds since 1970-01-01 UTC. Hosts whose clocks differ agree on it.</summary>
    public abstract string Now { get; }

    /// <summary>Whether several processes may work on it at once.</summary>
    public abstract bool IsShared { get; }

    /// <summary>Opens the database, and brings its tables to this version; hosts that start at the same time wait for each other.</summary>
    /// <exception cref="StorageException">It cannot be opened; the message names the setting with an example.</exception>
    public abstract Task OpenAsync(CancellationToken cancellationToken);

    /// <summary>A connection for reading, to be disposed.</summary>
    public abstract Task<DbConnection> ConnectAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Runs work in a transaction, and returns when it is committed to disk. On SQLite, where only one writes at a time, callers that wait share one commit;
    /// work that throws is rolled back alone.
    /// </summary>
    /// <param name="work">What to write. It may run more than once, so it has no other effects.</param>
    /// <param name="cancellationToken">Gives up waiting before the work has begun, never in the middle.</param>
    public abstract Task<T> TransactAsync<T>(Func<DbTransaction, Task<T>> work, CancellationToken cancellationToken = default);

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

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();

    /// <summary>Whether an exception says that what was written is at fault, rather than the database.</summary>
    internal abstract bool IsDataError(Exception exception);
}
