namespace EventBus.Publisher.Transport;

/// <summary>What becomes of messages that are sent together: done when each has its end, and failed as the first that the broker did not take.</summary>
/// <param name="messages">How many they are.</param>
sealed class Confirmation(int messages) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
{
    int _open = messages;
    Exception? _failure;

    /// <summary>One of them has its end.</summary>
    /// <param name="failure">Why it was not taken; null where it was.</param>
    public void Add(Exception? failure)
    {
        if (failure is not null)
        {
            Interlocked.CompareExchange(ref _failure, failure, null);
        }

        if (Interlocked.Decrement(ref _open) > 0)
        {
            return;
        }

        if (_failure is null)
        {
            TrySetResult();
        }
        else if (TrySetException(_failure))
        {
            // Seen, even where nobody waits any more.
            _ = Task.Exception;
        }
    }
}
