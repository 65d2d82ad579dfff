using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventBus.Contracts;
using EventBus.Tests.Fixtures;

namespace EventBus.Tests.Gateway;

/// <summary>The same again is answered as the first time, and goes no further.</summary>
public sealed class IdempotencyTests(SharedGateway gateway) : IClassFixture<SharedGateway>
{
    [Fact]
    public async Task An_event_with_the_same_source_and_id_is_taken_once_in_whichever_mode_it_comes()
    {
        var first = await gateway.AcceptAsync("/v1/events", Event("once-1", "created"), EventJson.MediaType, ("traceparent", Trace('1')));
        var again = await gateway.AcceptAsync("/v1/events", Event("once-1", "created").Replace(",", " , ", StringComparison.Ordinal), EventJson.MediaType, ("traceparent", Trace('2')));
        var binary = await gateway.AcceptAsync(
            "/v1/events", """{ "n": 1 }""", "application/json", ("ce-specversion", "1.0"), ("ce-id", "once-1"), ("ce-source", "/once"), ("ce-type", "test.order.created"), ("ce-subject", "o"));
        Assert.Equal(first.ToString(), again.ToString());
        Assert.Equal(first.ToString(), binary.ToString());
        await OnceAsync("once-1");
    }

    [Fact]
    public async Task Another_body_with_the_same_id_is_409()
    {
        await gateway.AcceptAsync("/v1/events", Event("other-1", "created"), EventJson.MediaType);
        await ConflictAsync("/v1/events", Event("other-1", "canceled"), EventJson.MediaType);
        await OnceAsync("other-1");
    }

    [Fact]
    public async Task In_a_batch_what_came_before_is_left_out_and_a_conflict_is_named_by_its_index()
    {
        await gateway.AcceptAsync("/v1/events", Event("batch-1", "created"), EventJson.MediaType);
        var conflict = await ConflictAsync("/v1/events", $"[{Event("batch-2", "created")},{Event("batch-1", "canceled")}]", EventJson.BatchMediaType);
        Assert.Equal(1, conflict.GetProperty("errors")[0].GetProperty("index").GetInt32());
        Assert.DoesNotContain(gateway.Events, e => e.Id == "batch-2");
        var answer = await gateway.AcceptAsync("/v1/events", $"[{Event("batch-1", "created")},{Event("batch-2", "created")},{Event("batch-2", "created")}]", EventJson.BatchMediaType);
        Assert.Equal(["batch-1", "batch-2", "batch-2"], answer.EnumerateArray().Select(e => e.GetProperty("id").GetString()));
        await OnceAsync("batch-1");
        await OnceAsync("batch-2");
    }

    [Theory]
    [InlineData("Idempotency-Key", "/v1/canvas", """{"EventType":"TASK_CREATED","target":{"id":"t-1"}}""")]
    [InlineData("webhook-id", "/v1/careportals/order.created", """{"id":"o-1"}""")]
    [InlineData("webhook-id", "/v1/canvas", """[{"EventType":"TASK_CREATED","target":{"id":"t-1"}},{"EventType":"TASK_CREATED","target":{"id":"t-2"}}]""")]
    public async Task A_request_with_the_same_id_in_a_header_is_taken_once(string header, string path, string body)
    {
        var key = Guid.NewGuid().ToString();
        var first = await gateway.AcceptAsync(path, body, headers: (header, key));
        var again = await gateway.AcceptAsync(path, body, headers: (header, key));
        Assert.Equal(first.ToString(), again.ToString());
        await ConflictAsync(path, body + " ", "application/json", (header, key));
        foreach (var item in first.ValueKind == JsonValueKind.Array ? [.. first.EnumerateArray()] : new[] { first })
        {
            await OnceAsync(item.GetProperty("id").GetString());
        }
    }

    [Fact]
    public async Task Without_an_id_nothing_is_taken_for_the_same()
    {
        var first = await gateway.SendAsync("/v1/canvas", """{"EventType":"TASK_CREATED","target":{"id":"same"}}""");
        var second = await gateway.SendAsync("/v1/canvas", """{"EventType":"TASK_CREATED","target":{"id":"same"}}""");
        Assert.NotEqual(first.Id, second.Id);
    }

    [Fact]
    public async Task An_operation_of_Smart_Flow_Sheet_is_known_by_its_body_and_answered_in_its_format()
    {
        string Operation(string value) => $$$"""{"clinicApiKey":"c-1","eventType":"treatments.records_entered","object":{"objectType":"treatments","id":"op-1","treatments":[{"hospitalizationId":"stay-op","value":"{{{value}}}"}]}}""";
        foreach (var body in (string[])[Operation("1"), Operation("1"), Operation("2"), Operation("1")])
        {
            using var response = await gateway.Host.PostAsync("/v1/smartflowsheet", body);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        IEnumerable<CloudEvent> OfTheStay() => gateway.Events.Where(e => e.Data is { } data && data.GetRawText().Contains("stay-op", StringComparison.Ordinal));
        await Eventually.TrueAsync(() => OfTheStay().Count() >= 2, "both operations have come");
        await SendAfterAsync(OfTheStay().Last());
        Assert.Equal(["1", "2"], OfTheStay().Select(e => e.Data!.Value.GetProperty("object").GetProperty("treatments")[0].GetProperty("value").GetString()));
        using (var first = await gateway.Host.PostAsync("/v1/smartflowsheet", Operation("3"), headers: ("Idempotency-Key", "sfs-1")))
        {
            Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        }

        using var conflict = await gateway.Host.PostAsync("/v1/smartflowsheet", Operation("4"), headers: ("Idempotency-Key", "sfs-1"));
        Assert.Equal(HttpStatusCode.Conflict, conflict.StatusCode);
        Assert.NotNull(JsonElement.Parse(await conflict.Content.ReadAsByteArrayAsync()).GetProperty("Message").GetString());
    }

    [Fact]
    public async Task Of_the_same_request_many_times_at_once_one_goes_on()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => gateway.AcceptAsync("/v1/events", Event("at-once", "created"), EventJson.MediaType)));
        Assert.Single(answers.Select(a => a.ToString()).Distinct(StringComparer.Ordinal));
        await OnceAsync("at-once");
    }

    static string Event(string id, string what) => $$$"""{"specversion":"1.0","id":"{{{id}}}","source":"/once","type":"test.order.{{{what}}}","subject":"o","data":{"n":1}}""";

    static string Trace(char c) => $"00-{new string(c, 32)}-{new string(c, 16)}-01";

    async Task<JsonElement> ConflictAsync(string path, string body, string contentType, params (string, string)[] headers)
    {
        using var response = await gateway.Host.PostAsync(path, body, contentType, headers);
        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        return JsonElement.Parse(await response.Content.ReadAsByteArrayAsync());
    }

    /// <summary>Sends an event of the same subject and waits for it: what was sent of the subject before it has come then, too.</summary>
    Task SendAfterAsync(CloudEvent @event) => gateway.SendAsync(
        "/v1/events",
        new JsonObject { ["specversion"] = "1.0", ["id"] = Guid.NewGuid().ToString(), ["source"] = @event.Source, ["type"] = "test.order.created", ["subject"] = @event.Subject }.ToJsonString(),
        EventJson.MediaType);

    async Task OnceAsync(string? id)
    {
        await SendAfterAsync(await gateway.EventAsync(id));
        Assert.Single(gateway.Events, e => e.Id == id);
    }
}
