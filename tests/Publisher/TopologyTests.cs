using System.Text.Json;
using EventBus.Contracts;
using EventBus.Tests.Fixtures;

namespace EventBus.Tests.Publisher;

/// <summary>What stands on the broker once gateway and consumers run, read from its management API.</summary>
public sealed class TopologyTests(RabbitMqFixture broker)
{
    [Fact]
    public async Task Each_family_has_its_exchanges_and_each_consumer_its_queue_with_dead_letters()
    {
        var node = await broker.GetAsync();
        var vhost = await node.CreateVirtualHostAsync(CancellationToken.None);
        await using var receiver = await Receiver.StartAsync();
        await using var host = await BusHost.StartAsync(BusHost.Broker(node.AmqpUri, vhost), b => b
            .WithConsumers()
            .WithEndpoint(0, "one", receiver.Url, ("Events:0", "careportals.order.#"), ("Events:1", "TASK_CREATED")));
        foreach (var family in Family.All)
        {
            using var response = await host.PostAsync(
                "/v1/events", $$"""{"specversion":"1.0","id":"{{family.Word}}","source":"/test","type":"test.{{family.Word}}.happened"}""", EventJson.MediaType);
            Assert.True(response.IsSuccessStatusCode);
        }

        async Task<JsonElement> Get(string path) => JsonElement.Parse(await node.Management.GetStringAsync($"api/{path}/{vhost}"));

        var exchanges = (await Get("exchanges")).EnumerateArray().ToDictionary(e => e.GetProperty("name").GetString()!, StringComparer.Ordinal);
        var bindings = (await Get("bindings")).EnumerateArray()
            .Select(b => $"{b.GetProperty("source").GetString()} -> {b.GetProperty("destination").GetString()} {b.GetProperty("routing_key").GetString()}".TrimEnd())
            .ToHashSet(StringComparer.Ordinal);
        foreach (var family in Family.All)
        {
            var exchange = exchanges[$"eventbus.{family.Word}"];
            Assert.Equal("fanout", exchange.GetProperty("type").GetString());
            Assert.True(exchange.GetProperty("durable").GetBoolean());
            var route = exchanges[$"eventbus.{family.Word}.route"];
            Assert.Equal("topic", route.GetProperty("type").GetString());
            Assert.True(route.GetProperty("durable").GetBoolean());
            Assert.Equal("eventbus.unrouted", route.GetProperty("arguments").GetProperty("alternate-exchange").GetString());
            Assert.Contains($"eventbus.{family.Word} -> eventbus.{family.Word}.route", bindings);
        }

        Assert.Contains("eventbus.unrouted -> eventbus.unrouted", bindings);
        Assert.Contains("eventbus.appointment.route -> appointments *.appointment.#", bindings);
        Assert.Contains("eventbus.command.route -> command-lifecycle *.command.#", bindings);
        Assert.Contains("eventbus.treatment.route -> treatments *.treatment.#", bindings);
        Assert.Contains("eventbus.hospitalization.route -> treatments *.hospitalization.#", bindings);
        Assert.Contains("eventbus.order.route -> webhooks careportals.order.#", bindings);
        Assert.Contains("eventbus.task.route -> webhooks canvas.task.created", bindings);
        Assert.DoesNotContain(bindings, b => b.StartsWith("eventbus.message.route -> webhooks", StringComparison.Ordinal));

        // No exchange of a base type, and none of MassTransit's own names: each publish passes what is listed here and nothing else.
        Assert.DoesNotContain(exchanges.Keys, name => name.Contains(':', StringComparison.Ordinal));

        var queues = (await Get("queues")).EnumerateArray().ToDictionary(q => q.GetProperty("name").GetString()!, StringComparer.Ordinal);
        foreach (var name in (string[])["appointments", "command-lifecycle", "treatments", "webhooks"])
        {
            Assert.Equal("direct", exchanges[name].GetProperty("type").GetString());
            Assert.Equal("eventbus.unrouted", exchanges[name].GetProperty("arguments").GetProperty("alternate-exchange").GetString());
            Assert.Equal("fanout", exchanges[$"{name}.replay"].GetProperty("type").GetString());
            Assert.Contains(bindings, b => b.StartsWith($"{name}.replay -> {name}", StringComparison.Ordinal));
            for (var partition = 0; partition < 4; partition++)
            {
                Assert.Equal(16, bindings.Count(b => b.StartsWith($"{name} -> {name}.{partition} slot-", StringComparison.Ordinal)));
                var arguments = queues[$"{name}.{partition}"].GetProperty("arguments");
                Assert.Equal("quorum", arguments.GetProperty("x-queue-type").GetString());
                Assert.True(arguments.GetProperty("x-single-active-consumer").GetBoolean());
                Assert.Equal("at-least-once", arguments.GetProperty("x-dead-letter-strategy").GetString());
                Assert.Equal("reject-publish", arguments.GetProperty("x-overflow").GetString());
                Assert.Equal($"{name}.dead", arguments.GetProperty("x-dead-letter-exchange").GetString());
                Assert.True(arguments.GetProperty("x-delivery-limit").GetInt32() >= 20);
            }

            Assert.Equal("quorum", queues[$"{name}.dead"].GetProperty("arguments").GetProperty("x-queue-type").GetString());
        }

        Assert.Equal("quorum", queues["eventbus.unrouted"].GetProperty("arguments").GetProperty("x-queue-type").GetString());
    }

    [Fact]
    public async Task On_the_wire_is_the_structured_event_that_any_language_can_read()
    {
        var node = await broker.GetAsync();
        var vhost = await node.CreateVirtualHostAsync(CancellationToken.None);
        await using var host = await BusHost.StartAsync(BusHost.Broker(node.AmqpUri, vhost));
        const string sent = """{"type":"DEVICE_CREATED","target":"d-1","note":"1.00 \u00e9","n":1.00}""";
        using var response = await host.PostAsync("/v1/canvas", sent, "application/json", ("webhook-id", "w-1"));
        Assert.True(response.IsSuccessStatusCode);

        var message = await Queues.TakeAsync(node, vhost, "eventbus.unrouted");
        Assert.Equal(EventJson.MediaType, message.ContentType);
        Assert.Equal("canvas.clinical_record.device.created", message.RoutingKey);
        Assert.Equal(2, message.DeliveryMode);
        Assert.Contains(sent, message.Body, StringComparison.Ordinal);
        var json = JsonElement.Parse(message.Body);
        Assert.Equal("1.0", json.GetProperty("specversion").GetString());
        Assert.Equal("w-1", json.GetProperty("id").GetString());
        Assert.Equal("d-1", json.GetProperty("subject").GetString());
        Assert.Equal("DEVICE_CREATED", json.GetProperty("nativetype").GetString());
    }
}
