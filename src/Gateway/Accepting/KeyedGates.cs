using System.Collections.Concurrent;

namespace EventBus.Gateway.Accepting;

/// <summary>Lets one request at a time through for each key; others with the key wait.</summary>
sealed class KeyedGates
{
    readonly ConcurrentDictionary<string, Holding> _held = new(StringComparer.Ordinal);

    /// <summary>Waits until no key is held by anybody else, and holds all of them.</summary>
    /// <returns>Dispose it to let the next one through.</returns>
    public async ValueTask<IDisposable> EnterAsync(IReadOnlyList<string> keys)
    {
        var mine = new Holding(this, keys);

        // Everybody takes them in one order, so nobody waits for somebody who waits.
        IEnumerable<string> inOrder = keys.Count > 1 ? keys.Order(StringComparer.Ordinal) : keys;
        foreach (var key in inOrder)
        {
            while (!_held.TryAdd(key, mine))
            {
                if (_held.TryGetValue(key, out var other))
                {
                    await other.Task;
                }
            }
        }

        return mine;
    }

    sealed class Holding(KeyedGates gates, IReadOnlyList<string> keys) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), IDisposable
    {
        public void Dispose()
        {
            foreach (var key in keys)
            {
                gates._held.TryRemove(key, out _);
            }

            TrySetResult();
        }
    }
}
