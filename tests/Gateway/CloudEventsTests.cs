using System.Text.Json;
using EventBus.Contracts;

namespace EventBus.Tests.Gateway;

/// <summary>CloudEvents over HTTP: attributes in headers, one event in the body, or many (HTTP binding 1.0.2, 3).</summary>
public sealed class CloudEventsTests(SharedGateway gateway) : IClassFixture<SharedGateway>
{
    const string Path = "/v1/events";

    [Fact]
    public async Task In_binary_mode_attributes_are_headers_and_the_body_is_the_data()
    {
        var @event = await gateway.SendAsync(
            Path,
            """{ "amount" : 1.00 }""",
            "application/json; charset=utf-8",
            [.. Binary("binary-all"), ("ce-subject", "s-1"), ("ce-time", "2026-01-31T09:30:00.123456789Z"), ("ce-dataschema", "https://example.org/schema"), ("ce-myext", "5")]);

        Assert.IsType<OrderEvent>(@event);
        Assert.Equal(("/shop", "shop.order.placed", "s-1"), (@event.Source, @event.Type, @event.Subject));
        Assert.Equal(("2026-01-31T09:30:00.123456789Z", "https://example.org/schema"), (@event.Time, @event.DataSchema));
        Assert.Equal("application/json; charset=utf-8", @event.DataContentType);
        Assert.Equal("5", @event.Extensions["myext"].GetString());
        Assert.Equal("""{ "amount" : 1.00 }""", @event.Data!.Value.GetRawText());
    }

    [Theory]
    [InlineData("Euro%20%E2%82%AC%20%F0%9F%98%80", "Euro \u20ac \U0001F600")]
    [InlineData("%22quoted%22", "\"quoted\"")]
    [InlineData("\"in quotes\"", "in quotes")]
    [InlineData("\"a \\\"b\\\" \\\\ c\"", "a \"b\" \\ c")]
    [InlineData("\"%41\"", "A")]
    [InlineData("100%", "100%")]
    [InlineData("%zz%4", "%zz%4")]
    [InlineData("a+b", "a+b")]
    public async Task A_header_is_unquoted_and_percent_decoded(string sent, string subject)
    {
        var @event = await gateway.SendAsync(Path, "{}", "application/json", [.. Binary($"{Guid.NewGuid()}"), ("ce-subject", sent)]);

        Assert.Equal(subject, @event.Subject);
    }

    [Theory]
    [InlineData("ce-subject", "%FF", "ce-subject")]
    [InlineData("ce-subject", "%C0%AF", "ce-subject")]
    [InlineData("ce-subject", "a%00b", "ce-subject")]
    [InlineData("ce-time", "soon", "ce-time")]
    [InlineData("ce-my_ext", "x", "ce-my_ext")]
    [InlineData("ce-datacontenttype", "application/json", "ce-datacontenttype")]
    public async Task A_header_that_is_wrong_is_named(string header, string value, string field)
    {
        var fields = await gateway.RefuseAsync(Path, "{}", "application/json", [.. Binary("refused"), (header, value)]);

        // What a header is called by is its own name, but the content type's is Content-Type.
        Assert.Equal([field == "ce-datacontenttype" ? "Content-Type" : field], fields);
    }

    [Fact]
    public async Task In_binary_mode_each_required_attribute_that_is_missing_is_named_by_its_header() => Assert.Equal(
        ["ce-id", "ce-source", "ce-specversion", "ce-type"],
        (await gateway.RefuseAsync(Path, "{}")).Order(StringComparer.Ordinal));

    [Fact]
    public async Task An_event_without_a_body_has_no_data()
    {
        var @event = await gateway.SendAsync(Path, "", contentType: null, [.. Binary("no-body")]);

        Assert.Null(@event.Data);
        Assert.Null(@event.DataContentType);
    }

    [Fact]
    public async Task A_sender_cannot_say_how_an_event_was_accepted_nor_that_it_is_a_replay()
    {
        var @event = await gateway.SendAsync(
            Path,
            """{"specversion":"1.0","id":"forged","source":"/shop","type":"shop.order.placed","replay":"r-1","eventbusgateway":"another","eventbussequence":"1","eventbuspublisher":"another"}""",
            EventJson.MediaType);

        Assert.Null(@event.Replay);
        Assert.DoesNotContain(@event.Extensions.Values, v => v.GetString() is "another" or "r-1");
    }

    [Fact]
    public async Task In_structured_mode_the_body_is_the_event()
    {
        var @event = await gateway.SendAsync(
            Path,
            """
            {"specversion":"1.0","id":"structured","source":"https://shop.example/%20","type":"shop.order.placed","subject":null,"tenant":"north","sequence":"0007",
             "datacontenttype":"application/vnd.shop+json","myint":5,"mybool":true,"mytext":"\u00e9","data": [1.00,null] }
            """,
            "application/cloudevents+json; charset=utf-8");

        Assert.Equal(("https://shop.example/%20", null, "north", "0007"), (@event.Source, @event.Subject, @event.Tenant, @event.Sequence));
        Assert.Equal("application/vnd.shop+json", @event.DataContentType);
        Assert.Equal(["mybool=true", "myint=5", "mytext=\"\\u00e9\""], @event.Extensions.Where(e => e.Key.StartsWith("my", StringComparison.Ordinal)).Select(e => $"{e.Key}={e.Value.GetRawText()}").Order(StringComparer.Ordinal));
        Assert.Equal("[1.00,null]", @event.Data!.Value.GetRawText());
    }

    [Fact]
    public async Task Data_that_is_not_JSON_comes_as_base64()
    {
        var @event = await gateway.SendAsync(
            Path, """{"specversion":"1.0","id":"base64","source":"/shop","type":"shop.order.placed","datacontenttype":"application/pdf","data_base64":"JVBERg=="}""", EventJson.MediaType);

        Assert.Equal(("JVBERg==", "application/pdf"), (@event.DataBase64, @event.DataContentType));
        Assert.Null(@event.Data);
    }

    [Theory]
    [InlineData("\"data\":1,\"data_base64\":\"AA==\"")]
    [InlineData("\"data_base64\":\"\\ud83d\"")]
    [InlineData("\"data_base64\":7")]
    public async Task Base64_that_is_none_is_named(string data) => Assert.Equal(
        ["data_base64"],
        await gateway.RefuseAsync(Path, $$"""{"specversion":"1.0","id":"1","source":"/shop","type":"shop.order.placed",{{data}} }""", EventJson.MediaType));

    [Theory]
    [InlineData(EventJson.BatchMediaType)]
    [InlineData("application/cloudevents-batch+json; charset=UTF-8")]
    [InlineData("Application/CloudEvents-Batch+JSON")]
    public async Task A_batch_is_an_array_of_events_and_is_answered_in_its_order(string contentType)
    {
        var ids = Enumerable.Range(0, 5).Select(_ => $"{Guid.NewGuid()}").ToList();
        var batch = ids.Select((id, i) => $$"""{"specversion":"1.0","id":"{{id}}","source":"/shop","type":"shop.order.placed","subject":"{{i}}"}""");

        var answer = await gateway.AcceptAsync(Path, $"[{string.Join(',', batch)}]", contentType);

        Assert.Equal(ids, answer.EnumerateArray().Select(a => a.GetProperty("id").GetString()));
        Assert.Equal(["0", "1", "2", "3", "4"], answer.EnumerateArray().Select(a => a.GetProperty("subject").GetString()));
        foreach (var (id, index) in ids.Select((id, i) => (id, i)))
        {
            Assert.Equal($"{index}", (await gateway.EventAsync(id)).Subject);
        }
    }

    [Fact]
    public async Task One_wrong_event_keeps_the_whole_batch_out_and_every_error_is_told_with_its_place()
    {
        using var response = await gateway.Host.PostAsync(
            Path,
            """
            [{"specversion":"1.0","id":"in-a-bad-batch","source":"/shop","type":"shop.order.placed"},
             {"specversion":"1.0","id":"in-a-bad-batch","source":"/shop"},
             "text",
             {"specversion":"1.0","id":"in-a-bad-batch","source":"/shop","type":"shop.order.placed","time":"soon","Bad":"x"}]
            """,
            EventJson.BatchMediaType);
        var problem = JsonElement.Parse(await response.Content.ReadAsStringAsync());

        Assert.Equal(400, problem.GetProperty("status").GetInt32());
        Assert.Equal(
            ["1 type", "2 body", "3 Bad", "3 time"],
            problem.GetProperty("errors").EnumerateArray().Select(e => $"{e.GetProperty("index").GetInt32()} {e.GetProperty("field").GetString()}").Order(StringComparer.Ordinal));
        await gateway.SendAsync(Path, """{"specversion":"1.0","id":"after-a-bad-batch","source":"/shop","type":"shop.order.placed"}""", EventJson.MediaType);
        Assert.DoesNotContain(gateway.Events, e => e.Id == "in-a-bad-batch");
    }

    [Fact]
    public async Task The_trace_of_the_request_goes_on_unless_the_event_has_one()
    {
        const string request = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        const string own = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

        var continued = await gateway.SendAsync(Path, "{}", "application/json", [.. Binary("trace-continued"), ("traceparent", request)]);
        var kept = await gateway.SendAsync(Path, "{}", "application/json", [.. Binary("trace-kept"), ("traceparent", request), ("ce-traceparent", own)]);

        Assert.Equal(request.Split('-')[1], continued.TraceParent!.Split('-')[1]);
        Assert.Equal(own, kept.TraceParent);
    }

    static (string Name, string Value)[] Binary(string id) => [("ce-specversion", "1.0"), ("ce-id", id), ("ce-source", "/shop"), ("ce-type", "shop.order.placed")];
}
