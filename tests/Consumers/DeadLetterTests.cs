using Dapper;
using EventBus.Consumers.Hosting;
using EventBus.Contracts;
using EventBus.Delivery.Lanes;
using EventBus.Operations;
using EventBus.Operations.Access;
using EventBus.Storage;
using EventBus.Tests.Fixtures;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Tests.Consumers;

public sealed class DeadLetterTests(RabbitMqFixture broker)
{
    const string Patient = "0123456789abcdef0123456789abcdef";

    [Fact]
    public async Task Many_that_are_retried_at_once_are_taken_back_a_few_a_second()
    {
        const int Count = 2 * LaneIntake.MaxRetries + 20;
        await using var sink = await Receiver.StartAsync();
        var refuses = true;
        sink.Answer = (_, context) =>
        {
            context.Response.StatusCode = refuses ? 422 : 204;
            return Task.CompletedTask;
        };
        await using var host = await BusHost.StartInMemoryAsync(b => b
            .WithConsumers().WithEndpoint(0, "sink", sink.Url, ("Events:0", "#"), ("FinalClientErrors", "true"), ("Order", "unordered")).With("EventBus:Delivery:CircuitPause", "00:00:00.010"));
        var body = string.Join(',', Enumerable.Range(0, Count).Select(i => $$"""{"type":"TASK_CREATED","target":"t-{{i}}"}"""));
        using var response = await host.PostAsync("/v1/canvas", $"[{body}]");
        Assert.True(response.IsSuccessStatusCode);
        var database = host.Services.GetRequiredService<Database>();
        var desk = new DeadLetterDesk(database, TimeProvider.System);
        var all = new DeadLetterFilter(Consumer: "webhooks");
        await Eventually.TrueAsync(async () => await desk.CountAsync(all with { State = "dead" }, TestContext.Current.CancellationToken) == Count, "all are dead");

        // The storage itself notes when each is taken back.
        await database.TransactAsync(transaction => transaction.Connection!.ExecuteAsync(
            """
            CREATE TABLE taken (at INTEGER NOT NULL);
            CREATE TRIGGER note_taken AFTER UPDATE OF state ON dead_letters WHEN new.state = 'retried'
            BEGIN INSERT INTO taken (at) VALUES (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)); END;
            """,
            transaction: transaction));
        refuses = false;
        Assert.Equal(Count, await desk.RetryAsync(Actor.CommandLine, all));
        await Eventually.TrueAsync(async () => await desk.CountAsync(all with { State = "retried" }, TestContext.Current.CancellationToken) == Count, "all are taken back");
        await using var connection = await database.ConnectAsync(TestContext.Current.CancellationToken);
        var taken = (await connection.QueryAsync<long>("SELECT at FROM taken ORDER BY at")).AsList();
        Assert.Equal(Count, taken.Count);
        for (var i = LaneIntake.MaxRetries; i < taken.Count; i++)
        {
            Assert.True(taken[i] - taken[i - LaneIntake.MaxRetries] > 900, $"{LaneIntake.MaxRetries} and one were taken back within {taken[i] - taken[i - LaneIntake.MaxRetries]} ms");
        }
    }

    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task An_event_whose_endpoint_fails_on_every_attempt_is_dead_with_the_cause_and_other_endpoints_have_it_once(TestTransport transport)
    {
        await using var failing = await Receiver.StartAsync();
        await using var working = await Receiver.StartAsync();
        failing.Answer = (_, context) =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        await using var host = await BusHost.StartAsync(transport, broker, b => b
            .WithConsumers()
            .WithEndpoint(0, "failing", failing.Url, ("Events:0", "#"), ("RetrySchedule:0", "00:00:00.020"), ("RetrySchedule:1", "00:00:00.020"))
            .WithEndpoint(1, "working", working.Url, ("Events:0", "#")));
        var sent = $$"""{"type":"PATIENT_CREATED","target":"{{Patient}}"}""";
        using var response = await host.PostAsync("/v1/canvas", sent, "application/json", ("webhook-id", "e-1"));
        Assert.True(response.IsSuccessStatusCode);

        var dead = await DeadAsync(host);
        Assert.Equal(("webhooks", "failing", "e-1", "HTTP 500", 3), (dead.Consumer, dead.Endpoint, dead.Event_id, dead.Cause, dead.Attempts));
        Assert.Contains(sent, System.Text.Encoding.UTF8.GetString(dead.Original), StringComparison.Ordinal);
        Assert.Equal(3, failing.Deliveries.Count);
        Assert.Single(failing.Deliveries.Select(d => d.Headers["webhook-id"]).Distinct(StringComparer.Ordinal));
        Assert.Single(await working.UntilAsync(1));
    }

    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task A_consumer_that_throws_is_tried_again_and_its_text_stays_out_of_dead_letter_and_log(TestTransport transport)
    {
        var collector = new Collector();
        await using var host = await BusHost.StartAsync(transport, broker, b => b
            .WithService(collector)
            .With("EventBus:Consumers:RetrySchedule:0", "00:00:00.020")
            .With("EventBus:Consumers:RetrySchedule:1", "00:00:00.020")
            .WithConsumer<ThrowingConsumer>());
        using var response = await host.PostAsync("/v1/canvas", $$"""{"type":"APPOINTMENT_CREATED","target":"a-1","context":{"patient_id":"{{Patient}}" } }""");
        Assert.True(response.IsSuccessStatusCode);

        var dead = await DeadAsync(host);
        Assert.Equal(3, collector.Events.Count);
        Assert.Equal(("throwing", "", typeof(InvalidOperationException).FullName), (dead.Consumer, dead.Endpoint, dead.Exception));
        Assert.Contains(nameof(ThrowingConsumer), dead.Frame, StringComparison.Ordinal);
        Assert.DoesNotContain(Patient, $"{dead.Cause} {dead.Exception} {dead.Frame}", StringComparison.Ordinal);
        await Eventually.TrueAsync(() => host.Log.Lines.Any(line => line.Contains("is dead at consumer throwing", StringComparison.Ordinal)), "the log tells of what is stored by now");
        Assert.DoesNotContain(host.Log.Lines, line => line.Contains(Patient, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_message_that_is_no_event_is_dead_and_the_next_event_is_handled()
    {
        var node = await broker.GetAsync();
        var vhost = await node.CreateVirtualHostAsync(CancellationToken.None);
        var collector = new Collector();
        await using var host = await BusHost.StartAsync(BusHost.Broker(node.AmqpUri, vhost), b => b.WithService(collector).WithConsumer<CollectingConsumer>());
        using var garbage = new StringContent(
            """{"properties":{"content_type":"text/plain"},"routing_key":"slot-0","payload":"no event","payload_encoding":"string"}""", System.Text.Encoding.UTF8, "application/json");
        using var published = await node.Management.PostAsync(new Uri($"api/exchanges/{vhost}/collecting/publish", UriKind.Relative), garbage);
        Assert.True(published.IsSuccessStatusCode);

        Assert.Equal("no event", System.Text.Encoding.UTF8.GetString((await DeadAsync(host)).Original));
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
        Assert.Equal("not for us", (await DeadAsync(host)).Cause);
        Assert.Single(collector.Events);
    }

    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task A_dead_letter_that_is_retried_goes_to_its_consumer_again_and_only_once(TestTransport transport)
    {
        var collector = new Collector();
        await using var host = await BusHost.StartAsync(transport, broker, b => b.WithService(collector).WithConsumer<GivingUpConsumer>().WithConsumer<CollectingConsumer>());
        using var response = await host.PostAsync("/v1/canvas", """{"type":"TASK_CREATED","target":"t-1"}""");
        var dead = await DeadAsync(host);
        await collector.UntilAsync(2);

        var database = host.Services.GetRequiredService<Database>();
        await database.TransactAsync(async t => await t.Connection!.ExecuteAsync("UPDATE dead_letters SET state = 'retry' WHERE delivery = @Delivery", dead, t));
        await collector.UntilAsync(3);
        Assert.True((await DeadAsync(host)).Attempts > dead.Attempts);
        Assert.Equal(3, collector.Events.Count);
    }

    static async Task<DeadLetter> DeadAsync(BusHost host)
    {
        var database = host.Services.GetRequiredService<Database>();
        DeadLetter? dead = null;
        await Eventually.TrueAsync(
            async () =>
            {
                await using var connection = await database.ConnectAsync();
                dead = await connection.QuerySingleOrDefaultAsync<DeadLetter>("SELECT * FROM dead_letters WHERE state = 'dead'");
                return dead is not null;
            },
            "there is a dead letter");
        return dead!;
    }

    sealed class DeadLetter
    {
        public long Delivery { get; init; }

        public string Consumer { get; init; } = "";

        public string Endpoint { get; init; } = "";

        public string Event_id { get; init; } = "";

        public string Cause { get; init; } = "";

        public string? Exception { get; init; }

        public string? Frame { get; init; }

        public int Attempts { get; init; }

        public byte[] Original { get; init; } = [];
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
