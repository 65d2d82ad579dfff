namespace EventBus.Publisher.Topology;

/// <summary>The arguments that queues and exchanges are declared with.</summary>
static class TopologyArguments
{
    /// <summary>
    /// How often a queue hands out a message before it counts as dead. Far above what restarts of a consumer need: the limit also counts the innocent
    /// messages that were prefetched beside a crash.
    /// </summary>
    public const int MaxDeliveries = 100;

    public const string AlternateExchange = "alternate-exchange";
    public const string QueueType = "x-queue-type";
    public const string SingleActiveConsumer = "x-single-active-consumer";
    public const string DeliveryLimit = "x-delivery-limit";
    public const string DeadLetterExchange = "x-dead-letter-exchange";
    public const string DeadLetterStrategy = "x-dead-letter-strategy";
    public const string Overflow = "x-overflow";

    public const string Quorum = "quorum";
    public const string AtLeastOnce = "at-least-once";
    public const string RejectPublish = "reject-publish";
}
