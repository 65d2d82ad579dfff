using System.Net;
using System.Text.Json;
using EventBus.Operations.Access;
using EventBus.Tests.Fixtures;

namespace EventBus.Tests.Gateway;

/// <summary><c>GET /v1/events/{id}</c>: what became of an event, for its sender alone.</summary>
public sealed class StatusTests(RabbitMqFixture broker)
{
    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task A_sender_sees_outcomes_and_attempts_of_its_own_events_and_of_no_others(TestTransport transport)
    {
        await using var sink = await Receiver.StartAsync();
        await using var host = await BusHost.StartAsync(transport, broker, b => b
            .WithConsumers().WithArchive().WithEndpoint(0, "sink", sink.Url, ("Events:0", "*.task.#"))
            .With("EventBus:Keys:0:Name", "one").With("EventBus:Keys:0:Hash", ApiKey.Hash("key-one")).With("EventBus:Keys:0:Sources:0", "*")
            .With("EventBus:Keys:1:Name", "two").With("EventBus:Keys:1:Hash", ApiKey.Hash("key-two")).With("EventBus:Keys:1:Sources:0", "*"));
        using var sent = await host.PostAsync("/v1/canvas", """{"type":"TASK_CREATED","target":"t-1","secret":"patient"}""", "application/json", ("webhook-id", "e/1"), ("Authorization", "Bearer key-one"));
        Assert.Equal(HttpStatusCode.Accepted, sent.StatusCode);
        using var lone = await host.PostAsync("/v1/canvas", """{"type":"DEVICE_CREATED","target":"d-1"}""", "application/json", ("webhook-id", "e-2"), ("Authorization", "Bearer key-one"));
        await sink.UntilAsync(1);

        var status = default(JsonElement);
        await Eventually.TrueAsync(
            async () =>
            {
                var (code, body) = await GetAsync(host, "e/1", "key-one");
                status = code == HttpStatusCode.OK ? JsonElement.Parse(body)[0] : default;
                return code == HttpStatusCode.OK && status.GetProperty("consumers").EnumerateArray().Any(c => c.TryGetProperty("endpoint", out _) && c.GetProperty("outcome").GetString() == "processed");
            },
            "the delivery is seen");
        Assert.Equal(("e/1", "canvas.task.created", true), (status.GetProperty("id").GetString(), status.GetProperty("type").GetString(), status.GetProperty("routed").GetBoolean()));
        Assert.DoesNotContain("patient", status.GetRawText(), StringComparison.Ordinal);
        var delivery = status.GetProperty("consumers").EnumerateArray().Single(c => c.TryGetProperty("endpoint", out _));
        Assert.Equal((1, 204), (delivery.GetProperty("sequence").GetInt32(), delivery.GetProperty("attempts")[0].GetProperty("status").GetInt32()));
        await Eventually.TrueAsync(
            async () => await GetAsync(host, "e-2", "key-one") is (HttpStatusCode.OK, var body) && !JsonElement.Parse(body)[0].GetProperty("routed").GetBoolean(), "what nobody asked for is shown as such");

        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(host, "e/1", "key-two")).Code);
        Assert.Equal(HttpStatusCode.Unauthorized, (await GetAsync(host, "e/1", "another")).Code);
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(host, "e-9", "key-one")).Code);
    }

    static async Task<(HttpStatusCode Code, string Body)> GetAsync(BusHost host, string id, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/events/{Uri.EscapeDataString(id)}");
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        using var response = await host.Http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
