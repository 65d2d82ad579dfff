using System.Globalization;
using System.Text;
using EventBus.Bench.Load;
using EventBus.Contracts;
using EventBus.Publisher.Topology;

namespace EventBus.Bench.Servers;

/// <summary>The publisher's twin: the bare client, given bytes that only want an id.</summary>
static class PublisherTwinServer
{
    public static async Task RunAsync()
    {
        await using var publisher = await RawPublisher.ConnectAsync(BrokerAddress.FromEnvironment());
        var exchange = TopologyNames.Exchange(Family.Of(SampleEvent.Type));
        var load = new PublishLoad(() =>
        {
            var body = EventBody.Single();
            var subject = Encoding.UTF8.GetBytes(body.Subject);
            return () => publisher.PublishAsync(exchange, SampleEvent.Type, body.Renew(), subject, body.Utf8);
        });
        await ParentPipe.ServeAsync("", async seconds => await load.RunAsync(TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture))));
    }
}
