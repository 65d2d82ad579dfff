using EventBus.Contracts;
using EventBus.Tests.Fixtures;

namespace EventBus.Tests.Gateway;

/// <summary>The password hash and salt in CarePortals' customer documents go no further than the gateway.</summary>
public sealed class CustomerCredentialsTests
{
    [Theory]
    [InlineData("customer.created", """{"_id":"c","hash":"H","n":1.00,"salt":"S"}""", """{"_id":"c","n":1.00}""")]
    [InlineData("customer.updated", """{"h\u0061sh":"H","name":"J\u00e9"}""", """{"name":"J\u00e9"}""")]
    [InlineData("order.created", """{"customer":{"_id":"c","salt":"S","hash":"H"},"extra":{"hash":"kept"}}""", """{"customer":{"_id":"c"},"extra":{"hash":"kept"}}""")]
    [InlineData("order.created", """{"a":[{"customer":{"hash":"H"}}],"note":"hash"}""", """{"a":[{"customer":{}}],"note":"hash"}""")]
    [InlineData("subscription.paused", """{"customer.hash":"H","customer.salt":"S","customer._id":"c"}""", """{"customer._id":"c"}""")]
    [InlineData("lead.converted", """{"_id":"c","hash":"H","salt":"S"}""", """{"_id":"c"}""")]
    [InlineData("order.created", """{"customer":"{\"_id\":\"c\",\"hash\":\"H\"}"}""", """{"customer":"{\u0022_id\u0022:\u0022c\u0022}"}""")]
    [InlineData("order.created", """{"hash":"a checksum", "v": 1E+2 }""", """{"hash":"a checksum", "v": 1E+2 }""")]
    [InlineData("order.created", """{"fakecustomer.hash":"kept","a.customer.hash":"H"}""", """{"fakecustomer.hash":"kept"}""")]
    [InlineData("order.created", """{"customer":"{ \"name\": \"x\" }","note":"hash"}""", """{"customer":"{ \"name\": \"x\" }","note":"hash"}""")]
    [InlineData("order.created", """{"customer":"{\"\\ud800\":1,\"hash\":\"H\"}"}""", """{"customer":"{\u0022\\ud800\u0022:1}"}""")]
    [InlineData("order.created", """{"customer":"{\"n\":\"\\ud800\",\"salt\":\"S\"}"}""", """{"customer":"{\u0022n\u0022:\u0022\\ud800\u0022}"}""")]
    public async Task They_are_removed_and_nothing_else_is(string name, string sent, string kept)
    {
        var collector = new Collector();
        await using var host = await BusHost.StartInMemoryAsync(b => b.WithService(collector).WithConsumer<CollectingConsumer>());
        using var native = await host.PostAsync($"/v1/careportals/{name}", sent);
        var type = Catalog.Find("careportals", name)!.Type;
        using var cloudEvent = await host.PostAsync("/v1/events", $$"""{"specversion":"1.0","id":"1","source":"careportals","type":"{{type}}","data":{{sent}} }""", EventJson.MediaType);
        Assert.All(await collector.UntilAsync(2), e => Assert.Equal(kept, e.Data!.Value.GetRawText()));
    }

    [Theory]
    [InlineData("careportals.patient.created", """{"_id":"c","hash":"H","salt":"S"}""", """{"_id":"c"}""")]
    [InlineData("careportals.order.created", """{"customer":{"hash":"H"}}""", """{"customer":{}}""")]
    [InlineData("careportals.order.created", "\uFEFF{\"customer.hash\":\"H\",\"a\":1}", """{"a":1}""")]
    [InlineData("careportals.order.created", "not JSON, but hash", "not JSON, but hash")]
    public async Task They_are_removed_from_bytes_that_are_JSON_all_the_same(string type, string sent, string kept)
    {
        var collector = new Collector();
        await using var host = await BusHost.StartInMemoryAsync(b => b.WithService(collector).WithConsumer<CollectingConsumer>());
        var base64 = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(sent));
        using var answer = await host.PostAsync("/v1/events", $$"""{"specversion":"1.0","id":"1","source":"careportals","type":"{{type}}","data_base64":"{{base64}}"}""", EventJson.MediaType);
        var @event = Assert.Single(await collector.UntilAsync(1));
        Assert.Equal(kept, System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(@event.DataBase64!)));
    }
}
