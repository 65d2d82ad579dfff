using EventBus.Bench.Load;

namespace EventBus.Bench.Servers;

/// <summary>The publisher's twin: the bare client, given bytes that only want an id.</summary>
static class PublisherTwinServer
{
    public static async Task RunAsync()
    {
        await using var publisher = await RawPublisher.ConnectAsync(BrokerAddress.FromEnvironment());
        var load = new PublishLoad(_ =>
        {
            var body = EventBody.Single();
            return () => publisher.PublishAsync(body.Renew(), SampleEvent.Type, body.Utf8);
        });
        await ParentPipe.ReadyAsync("");
        await ParentPipe.ServeAsync(load.RunAsync);
    }
}
