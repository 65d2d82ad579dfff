using EventBus.Bench.Load;

namespace EventBus.Bench.Servers;

/// <summary>The twin of a consumer of the kit.</summary>
static class ConsumerTwinServer
{
    public static async Task RunAsync()
    {
        var check = new OrderCheck();
        await TwinConsumer.StartAsync(BenchTopology.Consumer, "", delivery =>
        {
            check.Note(OrderedId.Parse(delivery.Id));
            return Task.CompletedTask;
        });
        await ParentPipe.ServeAsync("", _ => Task.FromResult<object>(check.Now));
    }
}
