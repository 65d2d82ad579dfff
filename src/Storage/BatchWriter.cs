using System.Data.Common;
using System.Threading.Channels;

namespace EventBus.Storage;

/// <summary>
/// Lets many callers share one commit: what they write while an earlier batch is on its way to the disk goes with the next, in the order in which they called.
/// </summary>
/// <typeparam name="TItem">What one caller writes.</typeparam>
/// <typeparam name="TResult">What it gets back.</typeparam>
public sealed class BatchWriter<TItem, TResult> : IAsyncDisposable
{
    readonly Database _database;
    readonly Func<DbTransaction, IReadOnlyList<TItem>, Task<IReadOnlyList<TResult>>> _write;
    readonly Action? _written;
    readonly int _maxBatch;
    readonly TaskCreationOptions _goingOn;
    readonly Channel<Entry> _queue = Channel.CreateUnbounded<Entry>(new UnboundedChannelOptions { SingleReader = true });
    readonly Task _loop;

    /// <summary>Starts the writer.</summary>
    /// <param name="database">Where to.</param>
    /// <param name="write">Writes a batch, and returns a result for each item, in order. It may run more than once, so it has no other effects.</param>
    /// <param name="maxBatch">Items in one commit at most.</param>
    /// <param name="written">What happens when a batch is on disk, before its callers know and before the next one is written.</param>
    /// <param name="goOnFirst">Whether callers go on before the next batch is written, and on its thread: for those that have next to nothing left to do.</param>
    public BatchWriter(
        Database database, Func<DbTransaction, IReadOnlyList<TItem>, Task<IReadOnlyList<TResult>>> write, int maxBatch = 256, Action? written = null, bool goOnFirst = false)
    {
        _goingOn = goOnFirst ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously;
        _database = database;
        _write = write;
        _written = written;
        _maxBatch = maxBatch;
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Writes the item; returns when it is on disk.</summary>
    public Task<TResult> WriteAsync(TItem item)
    {
        var entry = new Entry(item, _goingOn);
        return _queue.Writer.TryWrite(entry) ? entry.Task : throw new ObjectDisposedException(nameof(BatchWriter<,>));
    }

    /// <summary>Writes what waits, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop;
    }

    async Task RunAsync()
    {
        var batch = new List<Entry>(_maxBatch);
        while (await _queue.Reader.WaitToReadAsync())
        {
            batch.Clear();
            if (!await TryWriteAsync(batch))
            {
                // One of them cannot be written; the others do not suffer for it.
                foreach (var entry in batch)
                {
                    await TryWriteAsync([entry]);
                }
            }
        }
    }

    /// <param name="batch">What to write. An empty one gets what waits when the transaction begins: on SQLite that is when the one before it has ended, and more has come by then.</param>
    /// <returns>False where the batch failed and its items are to be tried one by one.</returns>
    async Task<bool> TryWriteAsync(List<Entry> batch)
    {
        try
        {
            var results = await _database.TransactAsync(
                transaction =>
                {
                    Fill(batch);
                    return _write(transaction, batch.ConvertAll(e => e.Item));
                },
                goesOnAtOnce: true);
            _written?.Invoke();
            for (var i = 0; i < batch.Count; i++)
            {
                batch[i].SetResult(results[i]);
            }

            return true;
        }
        catch (Exception e) when (batch.Count > 1 && _database.IsDataError(e))
        {
            return false;
        }
        catch (Exception e)
        {
            Fill(batch);
            batch.ForEach(entry => entry.SetException(e));
            return true;
        }
    }

    void Fill(List<Entry> batch)
    {
        if (batch.Count > 0)
        {
            return;
        }

        while (batch.Count < _maxBatch && _queue.Reader.TryRead(out var entry))
        {
            batch.Add(entry);
        }
    }

    sealed class Entry(TItem item, TaskCreationOptions goingOn) : TaskCompletionSource<TResult>(goingOn)
    {
        public TItem Item => item;
    }
}
