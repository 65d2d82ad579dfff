using System.Net;
using System.Text;
using System.Text.Json;
using EventBus.Contracts;
using EventBus.Tests.Fixtures;

namespace EventBus.Tests.Gateway;

/// <summary>What is wrong gets its 4xx in the route's own format, and publishes nothing.</summary>
public sealed class RefusedInputTests
{
    const string Json = "application/json";

    static readonly (string Path, string ContentType)[] Routes =
    [
        ("/v1/canvas", Json), ("/v1/careportals/order.created", Json), ("/v1/smartflowsheet", Json),
        ("/v1/events", EventJson.MediaType), ("/v1/events", EventJson.BatchMediaType), ("/v1/events", Json),
    ];

    static readonly (string What, byte[] Body)[] NotJson =
    [
        ("no JSON", "nope"u8.ToArray()), ("empty", []), ("cut off", "{\"a\":"u8.ToArray()), ("two values", "{} {}"u8.ToArray()), ("a comment", "{/**/}"u8.ToArray()),
        ("a scalar", "42"u8.ToArray()), ("a text", "\"x\""u8.ToArray()), ("an empty array", "[]"u8.ToArray()), ("an array of scalars", "[1]"u8.ToArray()),
        ("a name twice", "{\"type\":\"A\",\"type\":\"B\"}"u8.ToArray()), ("a name twice, deep", "{\"a\":[{\"b\":1,\"\\u0062\":2}]}"u8.ToArray()),
        ("half a surrogate pair as a name", "{\"\\ud83d\":1}"u8.ToArray()),
        ("an overlong form", [.. "{\"a\":\""u8, 0xC0, 0xAF, .. "\"}"u8]), ("a continuation byte alone", [.. "{\"a\":\""u8, 0x80, .. "\"}"u8]),
        ("a surrogate in UTF-8", [.. "{\"a\":\""u8, 0xED, 0xA0, 0x80, .. "\"}"u8]),
        ("65 levels", Encoding.ASCII.GetBytes("{\"a\":" + new string('[', 64) + new string(']', 64) + "}")),
        ("nothing that the route needs", "{\"x\":1,\"specversion\":\"2\"}"u8.ToArray()),
    ];

    [Fact]
    public async Task Whatever_is_wrong_with_a_body_is_400_and_publishes_nothing()
    {
        var collector = new Collector();
        await using var host = await BusHost.StartInMemoryAsync(b => b.WithService(collector).WithConsumer<CollectingConsumer>());
        foreach (var (path, contentType) in Routes)
        {
            foreach (var (what, body) in NotJson)
            {
                // A CarePortals document has no fields that it needs, and a binary CloudEvent may be without data.
                if (what == "nothing that the route needs" && path.StartsWith("/v1/careportals", StringComparison.Ordinal))
                {
                    continue;
                }

                using var response = await host.PostAsync(path, body, contentType);
                Assert.True(HttpStatusCode.BadRequest == response.StatusCode, $"{path} {contentType} with {what}: {(int)response.StatusCode}");
                await AssertFormatAsync(path, response, named: true);
            }
        }

        await AssertNothingCameAsync(host, collector);
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_413_before_anything_else_is_looked_at()
    {
        await using var host = await BusHost.StartInMemoryAsync(b => b
            .With("EventBus:Keys:0:Name", "k").With("EventBus:Keys:0:Hash", EventBus.Operations.Access.ApiKey.Hash("k")).With("EventBus:Keys:0:Sources:0", "*"));
        foreach (var (path, _) in Routes)
        {
            foreach (var size in (int[])[(1024 * 1024) + 1, 5_000_000, 20_000_000])
            {
                using var response = await host.PostAsync(path, new byte[size], "text/plain");
                Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
                await AssertFormatAsync(path, response, named: false);
            }

            using var chunked = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StreamContent(new MemoryStream(new byte[3_000_000])) };
            chunked.Headers.TransferEncodingChunked = true;
            using var answer = await host.Http.SendAsync(chunked);
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        }
    }

    [Fact]
    public async Task What_just_fits_is_taken()
    {
        await using var host = await BusHost.StartInMemoryAsync();
        var largest = """{"type":"TASK_CREATED","a":"%"}""".Replace("%", new string('x', (1024 * 1024) - 30), StringComparison.Ordinal);
        Assert.Equal(1024 * 1024, largest.Length);
        var deepest = """{"type":"TASK_CREATED","a":%}""".Replace("%", new string('[', 63) + new string(']', 63), StringComparison.Ordinal);
        foreach (var body in (string[])[largest, deepest, "\uFEFF" + """{"type":"TASK_CREATED"}"""])
        {
            using var response = await host.PostAsync("/v1/canvas", body);
            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        }
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/xml")]
    [InlineData("application/json; charset=iso-8859-1")]
    [InlineData("application/cloudevents+xml")]
    [InlineData(null)]
    public async Task Another_content_type_is_415(string? contentType)
    {
        await using var host = await BusHost.StartInMemoryAsync();
        foreach (var path in Routes.Select(r => r.Path).Distinct())
        {
            using var response = await host.PostAsync(path, """{"type":"A"}""", contentType);
            Assert.True(HttpStatusCode.UnsupportedMediaType == response.StatusCode, $"{path}: {response.StatusCode}");
            await AssertFormatAsync(path, response, named: false);
        }
    }

    [Fact]
    public async Task A_batch_with_bad_events_publishes_none_and_names_each_bad_index()
    {
        var collector = new Collector();
        await using var host = await BusHost.StartInMemoryAsync(b => b.WithService(collector).WithConsumer<CollectingConsumer>());
        const string good = """{"specversion":"1.0","id":"1","source":"/x","type":"a.order.b"}""";
        using var batch = await host.PostAsync("/v1/events", $$"""[{{good}},{"specversion":"1.0"},{{good}},7]""", EventJson.BatchMediaType);
        using var array = await host.PostAsync("/v1/canvas", """[{"type":"TASK_CREATED"},{"type":1},{"field_changes":3}]""");
        Assert.Equal([1, 3], await IndexesAsync(batch));
        Assert.Equal([1, 2], await IndexesAsync(array));
        await AssertNothingCameAsync(host, collector);

        static async Task<IEnumerable<int>> IndexesAsync(HttpResponseMessage response)
        {
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
            return JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("index").GetInt32()).Distinct();
        }
    }

    [Theory]
    [InlineData("a%20b")]
    [InlineData("a%2Fb")]
    [InlineData("%C3%A9")]
    [InlineData("a%0A")]
    public async Task A_CarePortals_event_name_with_other_characters_is_400(string name)
    {
        await using var host = await BusHost.StartInMemoryAsync();
        using var response = await host.PostAsync($"/v1/careportals/{name}", "{}");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("\"field\":\"event\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var tooLong = await host.PostAsync($"/v1/careportals/{new string('a', 101)}", "{}");
        Assert.Equal(HttpStatusCode.BadRequest, tooLong.StatusCode);
        using var longest = await host.PostAsync($"/v1/careportals/{new string('a', 100)}", "{}");
        Assert.Equal(HttpStatusCode.Accepted, longest.StatusCode);
    }

    [Fact]
    public async Task Reject_refuses_CloudEvents_types_that_the_catalog_does_not_know()
    {
        await using var host = await BusHost.StartInMemoryAsync(b => b.With("EventBus:Gateway:UnknownTypes", "reject"));
        using var unknown = await host.PostAsync("/v1/events", """{"specversion":"1.0","id":"1","source":"/x","type":"com.example.thing"}""", EventJson.MediaType);
        using var known = await host.PostAsync("/v1/events", """{"specversion":"1.0","id":"1","source":"/x","type":"canvas.task.created"}""", EventJson.MediaType);
        using var native = await host.PostAsync("/v1/canvas", """{"type":"NEVER_SEEN"}""");
        Assert.Equal(HttpStatusCode.BadRequest, unknown.StatusCode);
        Assert.Contains("\"field\":\"type\"", await unknown.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Accepted, known.StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, native.StatusCode);
    }

    static async Task AssertFormatAsync(string path, HttpResponseMessage response, bool named)
    {
        var body = JsonElement.Parse(await response.Content.ReadAsStringAsync());
        if (path == "/v1/smartflowsheet")
        {
            Assert.Equal(["Message"], body.EnumerateObject().Select(p => p.Name));
            return;
        }

        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal((int)response.StatusCode, body.GetProperty("status").GetInt32());
        Assert.NotEqual("", body.GetProperty("title").GetString());
        Assert.NotEqual("", body.GetProperty("detail").GetString());
        if (named)
        {
            Assert.NotEqual("", body.GetProperty("errors")[0].GetProperty("field").GetString());
        }
    }

    static async Task AssertNothingCameAsync(BusHost host, Collector collector)
    {
        using var marker = await host.PostAsync("/v1/canvas", """{"type":"TASK_CREATED"}""", Json, ("webhook-id", "marker"));
        Assert.Equal(HttpStatusCode.Accepted, marker.StatusCode);
        await Eventually.TrueAsync(() => collector.Events.Any(e => e.Id == "marker"), "the marker has come");
        Assert.Single(collector.Events);
    }
}
