namespace EventBus.Bench.Servers;

/// <summary>A consumer on the bare client: all its partition queues, over one connection.</summary>
static class TwinConsumer
{
    const int MaxConcurrency = 64;

    /// <summary>Takes events as long as the process lives.</summary>
    /// <param name="consumer">Its name, and that of its queues.</param>
    /// <param name="endpoint">The endpoint that it brings them to; empty where it has none.</param>
    /// <param name="work">What is done with each.</param>
    public static async Task StartAsync(string consumer, string endpoint, Func<TwinDelivery, Task> work)
    {
        var inbox = new TwinInbox(TwinDatabase.Connect(), consumer, endpoint);
        var completions = new GroupWriter<TwinDelivery>(inbox.CompleteAsync).Start();
        var atOnce = new SemaphoreSlim(MaxConcurrency);
        var connection = await BrokerAddress.FromEnvironment().ConnectAsync();
        foreach (var queue in BenchTopology.PartitionQueues(consumer))
        {
            await new TwinLane(queue, inbox, completions, work, atOnce).StartAsync(connection);
        }
    }
}
