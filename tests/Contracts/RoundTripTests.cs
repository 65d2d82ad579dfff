using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using EventBus.Contracts;
using EventBus.Tests.Fixtures;
using FsCheck;
using FsCheck.Fluent;

namespace EventBus.Tests.Contracts;

/// <summary>What a contract carries comes out as it went in: no field, no null, no digit, no byte of text is lost.</summary>
public sealed class RoundTripTests(RabbitMqFixture broker)
{
    const string Type = "tests.order.placed";

    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    [Fact]
    public void A_payload_survives_the_wire_format_byte_for_byte() =>
        Always.Holds(RandomJson.Values, json => Assert.Equal(json, Raw(ThroughTheWire(With(json)).Data)), tests: 1000);

    [Fact]
    public void A_payload_survives_System_Text_Json_byte_for_byte() => Always.Holds(RandomJson.Values, json =>
    {
        Assert.Equal(json, Raw(JsonSerializer.Deserialize<OrderEvent>(JsonSerializer.Serialize(With(json)))!.Data));
        Assert.Equal(json, Raw(JsonSerializer.Deserialize<CloudEvent>(JsonSerializer.SerializeToUtf8Bytes<CloudEvent>(With(json)))!.Data));
        Assert.Equal(json, Raw(JsonSerializer.Deserialize<CloudEvent>(JsonSerializer.Serialize(With(json), Indented))!.Data));
        Assert.Equal(json, Raw(JsonSerializer.Deserialize<Envelope>(JsonSerializer.Serialize(new Envelope(With(json))))!.Event.Data));
    });

    [Fact]
    public void Every_attribute_survives_both() => Always.Holds(Attributes, attributes =>
    {
        var @event = attributes.Classify();

        Assert.Equal(Describe(@event), Describe(ThroughTheWire(@event)));
        Assert.Equal(Describe(@event), Describe(JsonSerializer.Deserialize<CloudEvent>(JsonSerializer.Serialize(@event))!));
    });

    [Fact]
    public void What_is_not_there_stays_away()
    {
        var text = Encoding.UTF8.GetString(EventJson.ToUtf8Bytes(new OrderEvent { Id = "1", Source = "tests", Type = Type }));

        Assert.Equal($$"""{"specversion":"1.0","id":"1","source":"tests","type":"{{Type}}"}""", text);
    }

    [Fact]
    public void No_data_and_a_JSON_null_are_two_things()
    {
        var none = ThroughTheWire(new OrderEvent { Source = "tests", Type = Type });
        var nothing = ThroughTheWire(With("null"));

        Assert.Null(none.Data);
        Assert.Equal(JsonValueKind.Null, nothing.Data!.Value.ValueKind);
    }

    [Theory]
    [InlineData("2026-01-31T09:30:00.123456789+05:30")]
    [InlineData("2016-12-31T23:59:60Z")]
    [InlineData("2026-01-31t09:30:00.000000z")]
    [InlineData("0999-01-31T09:30:00-00:00")]
    public void A_time_keeps_every_digit(string time) =>
        Assert.Equal(time, ThroughTheWire(new OrderEvent { Source = "tests", Type = Type, Time = time }).Time);

    [Theory]
    [InlineData("42")]
    [InlineData("-2147483648")]
    [InlineData("true")]
    [InlineData("\"\"")]
    [InlineData("\"caf\\u00e9 \\ud83d\\ude00 \u00e9\"")]
    public void An_extension_keeps_its_kind_and_its_bytes(string value)
    {
        var json = $$"""{"specversion":"1.0","id":"1","source":"tests","type":"{{Type}}","myextension1":{{value}}}""";

        var read = EventJson.Parse(Encoding.UTF8.GetBytes(json));

        Assert.Equal(value, Raw(read.Extensions["myextension1"]));
        Assert.Equal(json, Encoding.UTF8.GetString(EventJson.ToUtf8Bytes(read)));
    }

    [Fact]
    public void Binary_data_survives()
    {
        var base64 = Convert.ToBase64String([.. Enumerable.Range(0, 256).Select(i => (byte)i)]);

        var read = ThroughTheWire(new OrderEvent { Source = "tests", Type = Type, DataBase64 = base64, DataContentType = "application/pdf" });

        Assert.Equal(base64, read.DataBase64);
        Assert.Equal("application/pdf", read.DataContentType);
        Assert.Null(read.Data);
    }

    [Fact]
    public void An_event_of_another_family_is_not_taken_for_this_one()
    {
        var json = JsonSerializer.Serialize(With("{}"));

        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<AppointmentEvent>(json));
    }

    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task Payloads_survive_the_way_from_gateway_to_consumer_byte_for_byte(TestTransport transport)
    {
        const int batches = 6;
        const int size = 50;
        var payloads = RandomJson.Objects.Sample(40, batches * size).ToList();
        var collector = new Collector();
        await using var host = await BusHost.StartAsync(transport, broker, b => b.WithService(collector).WithConsumer<CollectingConsumer>());
        foreach (var batch in payloads.Select((p, i) => Structured($"whole-{i}", p)).Chunk(size))
        {
            using var taken = await host.PostAsync("/v1/events", $"[{string.Join(',', batch)}]", EventJson.BatchMediaType);
            Assert.True(taken.IsSuccessStatusCode, await taken.Content.ReadAsStringAsync());
        }

        // As a sender's own event, the body itself is the payload.
        var natives = payloads.Take(size).Select(p => $$"""{ "type" : "SOMETHING_NEW","target":null,  "context":{{p}}}""").ToList();
        using var native = await host.PostAsync("/v1/canvas", $"[{string.Join(" , ", natives)}]", "application/json", ("webhook-id", "native"));
        Assert.True(native.IsSuccessStatusCode, await native.Content.ReadAsStringAsync());

        var received = (await collector.UntilAsync(payloads.Count + natives.Count)).ToDictionary(e => e.Id, StringComparer.Ordinal);
        for (var i = 0; i < payloads.Count; i++)
        {
            Assert.Equal(payloads[i], Raw(received[$"whole-{i}"].Data));
        }

        for (var i = 0; i < natives.Count; i++)
        {
            Assert.Equal(natives[i], Raw(received[$"native.{i}"].Data));
        }
    }

    /// <summary>Values that an attribute can have: text without control characters, in which no half of a surrogate pair stands alone.</summary>
    static Gen<string> Text { get; } = Gen.Elements("a", "B 2", "\u00e9", "\U0001F600", "\"", "\\", "<&>", "\u2028", "/", "%41", "{}").NonEmptyListOf().Select(string.Concat);

    static Gen<UnclassifiedEvent> Attributes { get; } =
        from id in Text
        from subject in Text.OrNull()
        from tenant in Text.OrNull()
        from native in Text.OrNull()
        from sequence in Text.OrNull()
        from schema in Gen.Elements("https://example.org/schema#1", null)
        from trace in Gen.Elements("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", null)
        from time in Gen.Elements("2026-01-31T09:30:00.1234567890Z", null)
        from extension in Text
        from number in Gen.Choose(int.MinValue, int.MaxValue)
        from word in Gen.Elements(Family.All.Select(f => f.Word))
        select new UnclassifiedEvent
        {
            Id = id,
            Source = "https://example.org/a%20b?c#d",
            Type = $"tests.{word}.happened",
            Subject = subject,
            Tenant = tenant,
            NativeType = native,
            Sequence = sequence,
            DataSchema = schema,
            TraceParent = trace,
            Time = time,
            DataContentType = "application/json; charset=utf-8",
            Extensions = new Dictionary<string, JsonElement>(StringComparer.Ordinal)
            {
                ["text"] = JsonSerializer.SerializeToElement(extension),
                ["number"] = JsonSerializer.SerializeToElement(number),
                ["flag"] = JsonSerializer.SerializeToElement(value: true),
            },
        };

    static CloudEvent ThroughTheWire(CloudEvent @event)
    {
        var read = EventJson.Parse(EventJson.ToUtf8Bytes(@event));
        Assert.Equal(@event.GetType(), read.GetType());
        return read;
    }

    static OrderEvent With(string data) => new() { Source = "tests", Type = Type, Data = JsonElement.Parse(data) };

    static string Structured(string id, string data) =>
        $$"""{"specversion":"1.0","id":"{{id}}","source":"tests","type":"{{Type}}","data":{{data}}}""";

    static string Raw(JsonElement? element) => Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(element!.Value));

    /// <summary>Everything that the event holds, by name; extensions as their JSON.</summary>
    static IEnumerable<string> Describe(CloudEvent e) =>
    [
        e.GetType().Name, e.Id, e.Source, e.Type, $"{e.Subject}", $"{e.Time}", $"{e.DataContentType}", $"{e.DataSchema}", $"{e.Tenant}", $"{e.TraceParent}", $"{e.Sequence}",
        $"{e.NativeType}", .. e.Extensions.Select(x => $"{x.Key}={x.Value.GetRawText()}"),
    ];

    sealed record Envelope(CloudEvent Event);
}
