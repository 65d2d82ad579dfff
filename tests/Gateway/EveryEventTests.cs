using System.Net;
using System.Text.Json;
using EventBus.Contracts;
using EventBus.Tests.Fixtures;

namespace EventBus.Tests.Gateway;

/// <summary>Every name of the catalog goes its whole way: from its sender's own request, over the broker, to a consumer.</summary>
public sealed class EveryEventTests(RabbitMqFixture broker)
{
    static readonly IReadOnlyList<EventDescription> Sent = [.. Catalog.Events.Where(e => e.IsSent)];

    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task Every_name_travels_from_its_native_request_to_a_consumer(TestTransport transport)
    {
        var collector = new Collector();
        await using var host = await BusHost.StartAsync(transport, broker, b => b.WithService(collector).WithConsumer<CollectingConsumer>());
        foreach (var (description, index) in Sent.Select((e, i) => (e, i)))
        {
            using var response = await host.PostAsync(description.Path, description.Sample.GetRawText(), "application/json", ("webhook-id", $"id-{index}"));
            Assert.Equal(description.Source == "smartflowsheet" ? HttpStatusCode.OK : HttpStatusCode.Accepted, response.StatusCode);
        }

        var received = (await collector.UntilAsync(Sent.Count)).ToDictionary(e => e.Id, StringComparer.Ordinal);
        foreach (var (description, index) in Sent.Select((e, i) => (e, i)))
        {
            var @event = received[$"id-{index}"];
            Assert.Equal(description.Type, @event.Type);
            Assert.Equal(description.Name, @event.NativeType);
            Assert.Equal(description.Source, @event.Source);
            Assert.Equal(description.Family.Contract, @event.GetType());
            Assert.Equal(PayloadPath.First(description.Sample, description.Subject), @event.Subject);
            Assert.Equal(description.Sample.GetRawText(), @event.Data!.Value.GetRawText());
        }
    }

    [Fact]
    public async Task The_catalog_has_the_names_of_the_mission()
    {
        Assert.Equal(206, Catalog.Events.Count(e => e is { Source: "canvas", IsFlag: false }));
        Assert.Equal(6, Catalog.Events.Count(e => e.IsFlag));
        Assert.Equal(46, Catalog.Events.Count(e => e.Source == "careportals" && e.Name != "prescription.fulfilled"));
        Assert.Equal(12, Catalog.Events.Count(e => e.Source == "smartflowsheet"));
        await using var host = await BusHost.StartInMemoryAsync();
        var list = JsonElement.Parse(await host.Http.GetStringAsync("/v1/catalog"));
        Assert.Equal(Catalog.Events.Count, list.GetArrayLength());
        foreach (var type in Catalog.Types)
        {
            var one = JsonElement.Parse(await host.Http.GetStringAsync($"/v1/catalog/{type}"));
            Assert.Equal(type, one.GetProperty("sample").GetProperty("type").GetString());
            Assert.Equal("object", one.GetProperty("schema").GetProperty("type").GetString());
        }
    }
}
