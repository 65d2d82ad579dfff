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
    readonly int _maxBatch;
    readonly Channel<Entry> _queue = Channel.CreateUnbounded<Entry>(new UnboundedChannelOptions { SingleReader = true });
    readonly Task _loop;

    /// <summary>Starts the writer.</summary>
    /// <param name="database">Where to.</param>
    /// <param name="write">Writes a batch, and returns a result for each item, in order. It may run more than once, so it has no other effects.</param>
    /// <param name="maxBatch">Items in one commit at most.</param>
    public BatchWriter(Database database, Func<DbTransaction, IReadOnlyList<TItem>, Task<IReadOnlyList<TResult>>> write, int maxBatch = 256)
    {
        _database = database;
        _write = write;
        _maxBatch = maxBatch;
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Writes the item; returns when it is on disk.</summary>
    public Task<TResult> WriteAsync(TItem item)
    {
        var entry = new Entry(item);
        return _queue.Writer.TryWrite(entry) ? entry.Done.Task : throw new ObjectDisposedException(nameof(BatchWriter<,>));
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
            while (batch.Count < _maxBatch && _queue.Reader.TryRead(out var entry))
            {
                batch.Add(entry);
            }

            if (!await TryWriteAsync(batch, last: batch.Count == 1))
            {
                // One of them cannot be written; the others do not suffer for it.
                foreach (var entry in batch)
                {
                    await TryWriteAsync([entry], last: true);
                }
            }
        }
    }

    /// <returns>False where the batch failed and its items are to be tried one by one.</returns>
    async Task<bool> TryWriteAsync(List<Entry> batch, bool last)
    {
        try
        {
            var items = batch.ConvertAll(e => e.Item);
            var results = await _database.TransactAsync(transaction => _write(transaction, items));
            for (var i = 0; i < batch.Count; i++)
            {
                batch[i].Done.SetResult(results[i]);
            }

            return true;
        }
        catch (Exception e) when (last || !_database.IsDataError(e))
        {
            batch.ForEach(entry => entry.Done.SetException(e));
            return true;
        }
        catch (Exception e) when (_database.IsDataError(e))
        {
            return false;
        }
    }

    sealed record Entry(TItem Item)
    {
        public TaskCompletionSource<TResult> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
