using System.Net;
using System.Text.Json;
using EventBus.Contracts;
using EventBus.Delivery;
using EventBus.Gateway.Answering;
using EventBus.Tests.Fixtures;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Tests.Delivery;

/// <summary>An endpoint whose answer decides on an event whose sender waits: it is called last, and what it says is what the sender is told.</summary>
public sealed class SynchronousEndpointTests(RabbitMqFixture broker)
{
    const string Entered = """{"clinicApiKey":"k","eventType":"treatment.record_entered","object":{"treatmentGuid":"t-1","hospitalizationId":"h-1","status":"added"}}""";

    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task Taken_by_the_endpoint_it_is_done_and_refused_by_it_the_sender_has_its_words(TestTransport transport)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = await StartAsync(transport, receiver);
        using var taken = await host.PostAsync("/v1/smartflowsheet", Entered);
        Assert.Equal((HttpStatusCode.OK, ""), (taken.StatusCode, await taken.Content.ReadAsStringAsync()));
        Assert.Equal("t-1", JsonElement.Parse(Assert.Single(receiver.Deliveries).Body).GetProperty("object").GetProperty("treatmentGuid").GetString());

        receiver.Answer = Says(422, """{"Message":"Placebex is out of stock"}""");
        using var refused = await host.PostAsync("/v1/smartflowsheet", Entered.Replace("t-1", "t-2", StringComparison.Ordinal));
        Assert.Equal((HttpStatusCode.BadRequest, """{"Message":"Placebex is out of stock"}"""), (refused.StatusCode, await refused.Content.ReadAsStringAsync()));

        Assert.Equal([("t-1", "added")], await Stays.UntilAsync(host, "h-1", entries => entries.Count > 0));
        Assert.Equal(["expired", "processed"], await Stays.OutcomesAsync(host, "emr", 2));
        Assert.DoesNotContain(host.Log.Lines, l => l.Contains("out of stock", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task Where_it_does_not_answer_in_time_nobody_knows_and_asked_again_it_is_called_with_the_same_id(TestTransport transport)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = await StartAsync(transport, receiver);
        receiver.Answer = (_, context) => Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        using var unknown = await host.PostAsync("/v1/smartflowsheet", Entered, "application/json", ("Idempotency-Key", "k-1"));
        Assert.Equal(HttpStatusCode.BadRequest, unknown.StatusCode);
        Assert.Contains("not known whether", JsonElement.Parse(await unknown.Content.ReadAsStringAsync()).GetProperty("Message").GetString(), StringComparison.Ordinal);

        receiver.Answer = Says(204, "");
        using var again = await host.PostAsync("/v1/smartflowsheet", Entered, "application/json", ("Idempotency-Key", "k-1"));
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        using var known = await host.PostAsync("/v1/smartflowsheet", Entered, "application/json", ("Idempotency-Key", "k-1"));
        Assert.Equal(HttpStatusCode.OK, known.StatusCode);

        Assert.Equal(2, receiver.Deliveries.Count);
        Assert.Single(receiver.Deliveries.Select(d => d.Headers["webhook-id"]).Distinct(StringComparer.Ordinal));
        Assert.Equal([("t-1", "added")], await Stays.UntilAsync(host, "h-1", entries => entries.Count > 0));
    }

    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task It_is_called_only_where_all_who_judge_have_accepted_and_the_event_is_of_its_tenant(TestTransport transport)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = await StartAsync(transport, receiver, ("Tenant", "clinic-b"));
        using var refused = await host.PostAsync("/v1/smartflowsheet", Entered.Replace("treatmentGuid", "guid", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal("It cannot be recorded. object.treatmentGuid is missing", JsonElement.Parse(await refused.Content.ReadAsStringAsync()).GetProperty("Message").GetString());

        using var ofAnother = await host.PostAsync("/v1/smartflowsheet", Entered);
        Assert.Equal(HttpStatusCode.OK, ofAnother.StatusCode);
        const string own = """{"specversion":"1.0","id":"e-1","source":"/emr","type":"smartflowsheet.treatment.record_entered","tenant":"clinic-b","data":{}}""";
        using var ofItsTenant = await host.PostAsync("/v1/events", own, EventJson.MediaType);
        Assert.Equal(HttpStatusCode.OK, ofItsTenant.StatusCode);
        Assert.Single(receiver.Deliveries);
    }

    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task One_that_cannot_be_reached_has_done_nothing(TestTransport transport)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = await StartAsync(transport, receiver, ("Url", "http://127.0.0.1:1/"));
        using var answer = await host.PostAsync("/v1/smartflowsheet", Entered);
        Assert.Equal((HttpStatusCode.BadRequest, """{"Message":"emr cannot be reached."}"""), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
    }

    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task Behind_a_subject_that_it_holds_an_event_is_refused_with_that_reason(TestTransport transport)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = await StartAsync(transport, receiver, ("Events:1", "smartflowsheet.treatment.notes.#"), ("RetrySchedule:0", "01:00:00"));
        receiver.Answer = Says(500, "");
        using var note = await host.PostAsync("/v1/smartflowsheet", """{"clinicApiKey":"k","eventType":"notes.entered","object":{"notes":[{"noteGuid":"n","hospitalizationId":"h-1","status":"added"}]}}""");
        Assert.Equal(HttpStatusCode.OK, note.StatusCode);
        await receiver.UntilAsync(1);
        await Stays.OutcomesAsync(host, "emr", 1, waiting: true);

        // One that comes in the moment before the failure is noted waits behind it, in vain.
        await Eventually.TrueAsync(
            async () =>
            {
                using var answer = await host.PostAsync("/v1/smartflowsheet", Entered);
                Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
                return (await answer.Content.ReadAsStringAsync()).Contains("earlier event of the same subject", StringComparison.Ordinal);
            },
            "it is refused with that reason");
    }

    [Theory]
    [InlineData("""{"Message":"no stock"}""", "no stock")]
    [InlineData("""{"type":"about:blank","title":"Bad Request","detail":"no stock"}""", "no stock")]
    [InlineData("""{"error":{"code":1},"message":"no stock"}""", "no stock")]
    [InlineData("\"no stock\"", "no stock")]
    [InlineData("no\u0007 stock\r\n", "no stock")]
    [InlineData("<html><body>no stock", null)]
    [InlineData("""{"Message":"cut off at 1 K""", null)]
    [InlineData("""{"Message":""}""", null)]
    [InlineData(" ", null)]
    [InlineData(null, null)]
    public void What_an_answer_says_to_people_is_found(string? head, string? text) => Assert.Equal(text, AnswerText.Find(head));

    static Func<EventBus.Tests.Fixtures.Delivery, HttpContext, Task> Says(int status, string body) => async (_, context) =>
    {
        context.Response.StatusCode = status;
        if (body.Length > 0)
        {
            await context.Response.WriteAsync(body);
        }
    };

    async Task<BusHost> StartAsync(TestTransport transport, Receiver receiver, params (string, string)[] settings)
    {
        var host = await BusHost.StartAsync(transport, broker, b => b.WithConsumers().With("EventBus:Gateway:AnswerTimeout", "00:00:04").WithEndpoint(
            0, "emr", receiver.Url, [("Events:0", "smartflowsheet.treatment.record_entered"), ("Format", "native"), ("Synchronous", "true"), ("Consumer", "Treatments"), .. settings]));
        var @event = new TreatmentEvent { Source = "smartflowsheet", Type = "smartflowsheet.treatment.record_entered", Tenant = settings.FirstOrDefault(s => s.Item1 == "Tenant").Item2 };
        await Eventually.TrueAsync(async () => await host.Services.GetRequiredService<Responders>().OfAsync(@event) is { Responders: ["treatments"], Caller: "emr" }, "it is known who is asked");
        return host;
    }
}
