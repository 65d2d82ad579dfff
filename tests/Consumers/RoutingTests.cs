using System.Text.Json;
using EventBus.Consumers.Hosting;
using EventBus.Contracts;
using EventBus.Tests.Fixtures;
using MassTransit;

namespace EventBus.Tests.Consumers;

/// <summary>Who gets what: the same on both transports.</summary>
public sealed class RoutingTests(RabbitMqFixture broker)
{
    const string Appointment = """{"type":"APPOINTMENT_CANCELED","target":"a-1"}""";

    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task A_consumer_gets_what_it_responds_to_once_and_nothing_else(TestTransport transport)
    {
        var collector = new Collector();
        await using var host = await BusHost.StartAsync(transport, broker, b => b.WithService(collector).WithConsumer<SelectiveConsumer>());
        await PostAsync(host, "/v1/canvas", """{"type":"APPOINTMENT_CREATED","target":"a-0"}""", "no");
        await PostAsync(host, "/v1/canvas", Appointment, "overlapping");
        await PostAsync(host, "/v1/careportals/appointment.cancelled", """{"_id":"x"}""", "other-source");
        await PostAsync(host, "/v1/canvas", """{"type":"TASK_CREATED","target":"t"}""", "by-name");
        await PostAsync(host, "/v1/events", """{"specversion":"1.0","id":"own","source":"/x","type":"com.example.done"}""", "own", EventJson.MediaType);
        await PostAsync(host, "/v1/canvas", """{"type":"TASK_CREATED","target":"t"}""", "last");

        await Eventually.TrueAsync(() => collector.Events.Any(e => e.Id == "last"), "the last event has come");
        await Eventually.TrueAsync(() => collector.Events.Count >= 5, "all have come");
        Assert.Equal(["by-name", "last", "other-source", "overlapping", "own"], collector.Events.Select(e => e.Id).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task An_event_goes_to_every_consumer_that_asked_for_it(TestTransport transport)
    {
        await using var one = await Receiver.StartAsync();
        await using var two = await Receiver.StartAsync();
        await using var host = await BusHost.StartAsync(transport, broker, b => b
            .WithConsumers()
            .WithEndpoint(0, "all", one.Url, ("Events:0", "canvas.#"), ("Events:1", "*.appointment.#"))
            .WithEndpoint(1, "scheduling", two.Url, ("Format", "appointment-notification")));
        await PostAsync(host, "/v1/canvas", Appointment, "e");
        var event1 = Assert.Single(await one.UntilAsync(1));
        var notification = Assert.Single(await two.UntilAsync(1));
        Assert.Equal("canvas.appointment.canceled", JsonElement.Parse(event1.Body).GetProperty("type").GetString());
        Assert.Equal("""{"canvas_patient_key":null,"cancelled":true,"appointment_external_id":"a-1"}""", notification.Text);
        Assert.NotEqual(event1.Headers["webhook-id"], notification.Headers["webhook-id"]);
    }

    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task One_meaning_is_one_contract_whichever_system_it_comes_from(TestTransport transport)
    {
        var collector = new Collector();
        await using var host = await BusHost.StartAsync(transport, broker, b => b.WithService(collector).WithConsumer<CancellationConsumer>());
        await PostAsync(host, "/v1/canvas", Appointment, "canvas");
        await PostAsync(host, "/v1/careportals/appointment.cancelled", """{"_id":"x","customer":"c"}""", "careportals");
        await PostAsync(host, "/v1/canvas", """{"canvas_patient_key":"p","appointment_external_id":"a","cancelled":true}""", "notification");
        var events = await collector.UntilAsync(3);
        Assert.All(events, e => Assert.Equal(AppointmentChange.Canceled, Assert.IsType<AppointmentEvent>(e).Change));
    }

    [Fact]
    public async Task An_event_that_nobody_asked_for_is_still_taken_and_kept_as_unrouted()
    {
        var node = await broker.GetAsync();
        var vhost = await node.CreateVirtualHostAsync(CancellationToken.None);
        var collector = new Collector();
        await using var host = await BusHost.StartAsync(BusHost.Broker(node.AmqpUri, vhost), b => b.WithService(collector).WithConsumer<CancellationConsumer>());
        await PostAsync(host, "/v1/canvas", """{"type":"APPOINTMENT_SOMETHING_NEW","target":"a"}""", "other-family");
        await PostAsync(host, "/v1/careportals/order.created", """{"_id":"o"}""", "unrouted");

        // The consumer's queue is bound to all appointments, so the first event is routed, and the second is alone here.
        Assert.Equal("unrouted", JsonElement.Parse((await Queues.TakeAsync(node, vhost, "eventbus.unrouted")).Body).GetProperty("id").GetString());
        await collector.UntilAsync(1);
    }

    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task A_pattern_that_matches_no_known_event_is_warned_about_when_the_service_starts(TestTransport transport)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = await BusHost.StartAsync(transport, broker, b => b
            .WithConsumers()
            .WithEndpoint(0, "typo", receiver.Url, ("Events:0", "canvas.apointment.#")));
        Assert.Contains(host.Log.Lines, l => l.StartsWith("Warning", StringComparison.Ordinal) && l.Contains("'canvas.apointment.#'", StringComparison.Ordinal));
        Assert.DoesNotContain(host.Log.Lines, l => l.StartsWith("Warning", StringComparison.Ordinal) && l.Contains("'*.appointment.#'", StringComparison.Ordinal));
    }

    static async Task PostAsync(BusHost host, string path, string body, string id, string contentType = "application/json")
    {
        using var response = await host.PostAsync(path, body, contentType, ("webhook-id", id));
        Assert.True(response.IsSuccessStatusCode, $"{path}: {response.StatusCode}");
    }
}

[RespondsTo("canvas.appointment.canceled", "*.appointment.canceled", "TASK_CREATED", "com.example.#")]
sealed class SelectiveConsumer(Collector collector) : IConsumer<CloudEvent>
{
    public Task Consume(ConsumeContext<CloudEvent> context)
    {
        collector.Events.Enqueue(context.Message);
        return Task.CompletedTask;
    }
}

[RespondsTo("*.appointment.#")]
sealed class CancellationConsumer(Collector collector) : IConsumer<AppointmentEvent>
{
    public Task Consume(ConsumeContext<AppointmentEvent> context)
    {
        collector.Events.Enqueue(context.Message);
        return Task.CompletedTask;
    }
}
