using System.Text.Json;
using EventBus.Consumers.Hosting;
using EventBus.Contracts;
using EventBus.Tests.Fixtures;
using MassTransit;

namespace EventBus.Tests.Consumers;

public sealed class DeadLetterTests(RabbitMqFixture broker)
{
    const string Patient = "0123456789abcdef0123456789abcdef";

    [Fact]
    public async Task An_event_whose_endpoint_fails_three_times_is_dead_lettered_with_the_reason()
    {
        var node = await broker.GetAsync();
        var vhost = await node.CreateVirtualHostAsync(CancellationToken.None);
        await using var failing = await Receiver.StartAsync();
        await using var working = await Receiver.StartAsync();
        failing.Answer = (_, context) =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        await using var host = await BusHost.StartAsync(BusHost.Broker(node.AmqpUri, vhost), b => b
            .WithConsumers()
            .With("EventBus:Delivery:RetryDelay", "00:00:00.020")
            .WithEndpoint(0, "failing", failing.Url, ("Events:0", "#"))
            .WithEndpoint(1, "working", working.Url, ("Events:0", "#")));
        var sent = $$"""{"type":"PATIENT_CREATED","target":"{{Patient}}"}""";
        using var response = await host.PostAsync("/v1/canvas", sent, "application/json", ("webhook-id", "e-1"));
        Assert.True(response.IsSuccessStatusCode);

        var dead = await Queues.TakeAsync(node, vhost, "webhooks.dead");
        Assert.Equal("e-1", JsonElement.Parse(dead.Body).GetProperty("id").GetString());
        Assert.Contains(sent, dead.Body, StringComparison.Ordinal);
        Assert.Equal("failing: HTTP 500", dead.Headers["eventbus-reason"]);
        Assert.Equal("webhooks", dead.Headers["eventbus-consumer"]);
        Assert.Equal("failing", dead.Headers["eventbus-endpoint"]);
        Assert.Equal("3", dead.Headers["eventbus-attempts"]);
        Assert.DoesNotContain(dead.Headers.Keys, name => name.StartsWith("MT-Fault", StringComparison.Ordinal));
        Assert.Equal(3, failing.Deliveries.Count);
        Assert.Single(failing.Deliveries.Select(d => d.Headers["webhook-id"]).Distinct(StringComparer.Ordinal));
        Assert.Single(working.Deliveries);
    }

    [Fact]
    public async Task A_consumer_that_throws_is_tried_again_and_its_text_stays_out_of_headers_and_log()
    {
        var node = await broker.GetAsync();
        var vhost = await node.CreateVirtualHostAsync(CancellationToken.None);
        var collector = new Collector();
        await using var host = await BusHost.StartAsync(BusHost.Broker(node.AmqpUri, vhost), b => b.WithService(collector).WithConsumer<ThrowingConsumer>());
        using var response = await host.PostAsync("/v1/canvas", $$"""{"type":"APPOINTMENT_CREATED","target":"a-1","context":{"patient_id":"{{Patient}}" } }""");
        Assert.True(response.IsSuccessStatusCode);

        var dead = await Queues.TakeAsync(node, vhost, "throwing.dead");
        Assert.Equal(EventConsumerExtensions.MaxAttempts, collector.Events.Count);
        Assert.Equal(typeof(InvalidOperationException).FullName, dead.Headers["eventbus-exception"]);
        Assert.Contains(nameof(ThrowingConsumer), dead.Headers["eventbus-frame"], StringComparison.Ordinal);
        Assert.DoesNotContain(dead.Headers.Values, value => value.Contains(Patient, StringComparison.Ordinal));
        Assert.DoesNotContain(host.Log.Lines, line => line.Contains(Patient, StringComparison.Ordinal));
        Assert.Contains(host.Log.Lines, line => line.Contains("is dead at consumer throwing", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_message_that_is_no_event_is_dead_lettered_and_the_next_event_is_handled()
    {
        var node = await broker.GetAsync();
        var vhost = await node.CreateVirtualHostAsync(CancellationToken.None);
        var collector = new Collector();
        await using var host = await BusHost.StartAsync(BusHost.Broker(node.AmqpUri, vhost), b => b.WithService(collector).WithConsumer<CollectingConsumer>());
        using var garbage = new StringContent(
            """{"properties":{"content_type":"text/plain"},"routing_key":"x","payload":"no event","payload_encoding":"string"}""", System.Text.Encoding.UTF8, "application/json");
        using var published = await node.Management.PostAsync(new Uri($"api/exchanges/{vhost}/collecting/publish", UriKind.Relative), garbage);
        Assert.True(published.IsSuccessStatusCode);

        var dead = await Queues.TakeAsync(node, vhost, "collecting.dead");
        Assert.Equal("no event", dead.Body);
        using var response = await host.PostAsync("/v1/canvas", """{"type":"TASK_CREATED","target":"t-1"}""");
        await collector.UntilAsync(1);
    }

    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task A_consumer_can_give_an_event_up_at_once(TestTransport transport)
    {
        var collector = new Collector();
        await using var host = await BusHost.StartAsync(transport, broker, b => b.WithService(collector).WithConsumer<GivingUpConsumer>());
        using var response = await host.PostAsync("/v1/canvas", """{"type":"TASK_CREATED","target":"t-1"}""");
        await Eventually.TrueAsync(() => host.Log.Lines.Any(l => l.Contains("is dead at consumer giving-up: not for us", StringComparison.Ordinal)), "the event is dead");
        Assert.Single(collector.Events);
    }
}

[RespondsTo("*.appointment.#")]
sealed class ThrowingConsumer(Collector collector) : IConsumer<AppointmentEvent>
{
    public Task Consume(ConsumeContext<AppointmentEvent> context)
    {
        collector.Events.Enqueue(context.Message);
        throw new InvalidOperationException($"patient {context.Message.PatientId} not found");
    }
}

[RespondsTo("*.task.#")]
sealed class GivingUpConsumer(Collector collector) : IConsumer<TaskEvent>
{
    public Task Consume(ConsumeContext<TaskEvent> context)
    {
        collector.Events.Enqueue(context.Message);
        throw new EventFailedException("not for us");
    }
}
