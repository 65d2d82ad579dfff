namespace EventBus.Publisher.Transport;

/// <summary>Settings under <c>EventBus:Consumers</c>.</summary>
public sealed class ConsumerQueueOptions
{
    /// <summary>
    /// Queues of each consumer on RabbitMQ, 1 to 64; 4 unless set. Events of one subject are always in the same; changing the number moves subjects to other queues, so
    /// let the queues run empty before. Within one process there is one.
    /// </summary>
    public int Partitions { get; set; } = 4;
}
