using System.Net;
using System.Text.Json;
using EventBus.Contracts;
using EventBus.Operations.Access;
using EventBus.Tests.Fixtures;
using Microsoft.Extensions.Options;

namespace EventBus.Tests.Gateway;

public sealed class WhoMaySendTests
{
    const string Canvas = """{"type":"TASK_CREATED","target":"t"}""";

    [Fact]
    public async Task A_key_lets_in_what_its_sources_say_and_sets_the_tenant()
    {
        var collector = new Collector();
        await using var host = await StartAsync(collector);
        async Task<(HttpStatusCode Status, string Body)> Post(string path, string body, string? key, string contentType = "application/json")
        {
            using var response = key is null
                ? await host.PostAsync(path, body, contentType)
                : await host.PostAsync(path, body, contentType, ("Authorization", $"Bearer {key}"));
            return (response.StatusCode, await response.Content.ReadAsStringAsync());
        }

        var missing = await Post("/v1/canvas", Canvas, null);
        var wrong = await Post("/v1/canvas", Canvas, "wrong");
        Assert.Equal(HttpStatusCode.Unauthorized, missing.Status);
        Assert.Equal(missing, wrong);
        Assert.Equal(HttpStatusCode.Forbidden, (await Post("/v1/careportals/order.created", "{}", "canvas-key")).Status);
        Assert.Equal(HttpStatusCode.Accepted, (await Post("/v1/canvas", Canvas, "canvas-key")).Status);

        static string Event(string source, string extra = "") => $$"""{"specversion":"1.0","id":"1","source":"{{source}}","type":"a.order.b"{{extra}}}""";
        Assert.Equal(HttpStatusCode.Accepted, (await Post("/v1/events", Event("/shop/north"), "shop-key", EventJson.MediaType)).Status);
        foreach (var other in (string[])["/shopping", "/shop/../canvas", "/shop/north/%2E./../..", "/shop/.."])
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await Post("/v1/events", Event(other), "shop-key", EventJson.MediaType)).Status);
        }

        Assert.Equal(HttpStatusCode.Forbidden, (await Post("/v1/events", Event("/shop", ",\"tenant\":\"another\""), "shop-key", EventJson.MediaType)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await Post("/v1/events", $"[{Event("/shop")},{Event("canvas")}]", "shop-key", EventJson.BatchMediaType)).Status);

        var events = await collector.UntilAsync(2);
        Assert.Equal(["north-clinic", "the-shop"], events.Select(e => e.Tenant).Order());
    }

    [Fact]
    public async Task Smart_Flow_Sheet_is_known_by_the_key_in_its_body_which_travels_in_the_payload_only()
    {
        var collector = new Collector();
        await using var host = await StartAsync(collector);
        static string Event(string key) => $$"""{"clinicApiKey":"{{key}}","eventType":"treatment.record_entered","object":{"hospitalizationId":"h"} }""";
        using var wrong = await host.PostAsync("/v1/smartflowsheet", Event("canvas-key"));
        using var right = await host.PostAsync("/v1/smartflowsheet", Event("clinic-secret"));
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        Assert.Equal("Message", Assert.Single(JsonElement.Parse(await wrong.Content.ReadAsStringAsync()).EnumerateObject()).Name);
        Assert.Equal(HttpStatusCode.OK, right.StatusCode);
        var @event = Assert.Single(await collector.UntilAsync(1));
        Assert.Equal("vet-clinic", @event.Tenant);
        Assert.Equal("clinic-secret", @event.Data!.Value.GetProperty("clinicApiKey").GetString());
        Assert.DoesNotContain("clinic-secret", System.Text.Encoding.UTF8.GetString(EventJson.ToUtf8Bytes(@event with { Data = null })), StringComparison.Ordinal);
        Assert.DoesNotContain(host.Log.Lines, l => l.Contains("clinic-secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_keys_a_gateway_that_others_can_reach_does_not_start()
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => BusHost.StartInMemoryAsync(b => b.With("urls", "http://0.0.0.0:0")));
        Assert.Contains("EventBus:Keys", failure.Message, StringComparison.Ordinal);
        await using var local = await BusHost.StartInMemoryAsync();
        Assert.Contains(local.Log.Lines, l => l.Contains("No keys are configured", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_of_what_is_sent_stands_in_the_log()
    {
        await using var failing = await Receiver.StartAsync();
        failing.Answer = (_, context) =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        const string secret = "s3cretpatient";
        await using var host = await BusHost.StartInMemoryAsync(b => b
            .WithConsumers()
            .WithEndpoint(0, "failing", new Uri(failing.Url, $"/{secret}"), ("Events:0", "#"), ("Headers:X-Key", secret), ("Order", "unordered"), ("RetrySchedule:0", "00:00:00.010"))
            .With("EventBus:Delivery:CircuitPause", "00:00:00.010"));
        (string Path, string Body, string ContentType)[] requests =
        [
            ("/v1/canvas", $$"""{"type":"TASK_CREATED","target":"{{secret}}","context":{"patient_id":"{{secret}}"} }""", "application/json"),
            ("/v1/canvas", $$"""{"{{secret}}":1,"{{secret}}":2}""", "application/json"),
            ("/v1/canvas", secret, "application/json"),
            ($"/v1/careportals/order.created?key={secret}", $$"""{"_id":"{{secret}}","customer":{"_id":"{{secret}}","hash":"{{secret}}"} }""", "application/json"),
            ("/v1/smartflowsheet", $$"""{"clinicApiKey":"{{secret}}","eventType":"treatment.record_entered","object":{"patient":{"patientId":"{{secret}}"} } }""", "application/json"),
            ("/v1/events", $$"""{"specversion":"1.0","id":"last","source":"/x","type":"a.order.b","subject":"{{secret}}","data":"{{secret}}"}""", EventJson.MediaType),
        ];
        foreach (var (path, body, contentType) in requests)
        {
            using var response = await host.PostAsync(path, body, contentType, ("Authorization", $"Bearer {secret}"));
        }

        await Eventually.TrueAsync(() => host.Log.Lines.Any(l => l.Contains("last", StringComparison.Ordinal) && l.Contains("is dead", StringComparison.Ordinal)), "the last delivery has failed");
        Assert.DoesNotContain(host.Log.Lines, l => l.Contains(secret, StringComparison.Ordinal));
    }

    static Task<BusHost> StartAsync(Collector collector) => BusHost.StartInMemoryAsync(b => b
        .WithService(collector).WithConsumer<CollectingConsumer>()
        .With("EventBus:Keys:0:Name", "canvas").With("EventBus:Keys:0:Hash", ApiKey.Hash("canvas-key")).With("EventBus:Keys:0:Sources:0", "canvas").With("EventBus:Keys:0:Tenant", "north-clinic")
        .With("EventBus:Keys:1:Name", "shop").With("EventBus:Keys:1:Hash", ApiKey.Hash("shop-key")).With("EventBus:Keys:1:Sources:0", "/shop").With("EventBus:Keys:1:Tenant", "the-shop")
        .With("EventBus:Keys:2:Name", "vet").With("EventBus:Keys:2:Hash", ApiKey.Hash("clinic-secret")).With("EventBus:Keys:2:Sources:0", "smartflowsheet").With("EventBus:Keys:2:Tenant", "vet-clinic"));
}
