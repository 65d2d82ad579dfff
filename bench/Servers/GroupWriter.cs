using System.Threading.Channels;

namespace EventBus.Bench.Servers;

/// <summary>The twins' group commit: what comes while a batch is being written goes with the next, as in EventBus's own.</summary>
/// <param name="write">Writes a batch, in one transaction.</param>
/// <param name="maxBatch">Items in one batch at most.</param>
sealed class GroupWriter<T>(Func<IReadOnlyList<T>, Task> write, int maxBatch = 256)
{
    readonly Channel<(T Item, TaskCompletionSource Done)> _queue = Channel.CreateUnbounded<(T, TaskCompletionSource)>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Begins to write.</summary>
    public GroupWriter<T> Start()
    {
        Background.Run(RunAsync);
        return this;
    }

    /// <summary>Returns when the item is on disk.</summary>
    public Task WriteAsync(T item)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _queue.Writer.TryWrite((item, done));
        return done.Task;
    }

    async Task RunAsync()
    {
        var items = new List<T>(maxBatch);
        var waiting = new List<TaskCompletionSource>(maxBatch);
        while (await _queue.Reader.WaitToReadAsync())
        {
            items.Clear();
            waiting.Clear();
            while (items.Count < maxBatch && _queue.Reader.TryRead(out var next))
            {
                items.Add(next.Item);
                waiting.Add(next.Done);
            }

            try
            {
                await write(items);
                waiting.ForEach(w => w.SetResult());
            }
            catch (Exception e)
            {
                waiting.ForEach(w => w.SetException(e));
            }
        }
    }
}
