using RabbitMQ.Client;

namespace EventBus.Bench.Servers;

/// <summary>A message on its way to the broker.</summary>
sealed record OutgoingMessage(string Exchange, string RoutingKey, BasicProperties Properties, ReadOnlyMemory<byte> Body)
{
    public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether no queue was there for it.</summary>
    public bool IsReturned { get; set; }

    /// <summary>The broker has said what it makes of it.</summary>
    public void End(string? error)
    {
        if (error is null && !IsReturned)
        {
            Done.TrySetResult();
        }
        else
        {
            Done.TrySetException(new BenchException(error ?? "No queue was there for a message."));
        }
    }
}
