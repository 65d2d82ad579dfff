using System.Text;
using System.Text.Json;
using EventBus.Contracts;
using FsCheck;
using FsCheck.Fluent;

namespace EventBus.Tests.Contracts;

/// <summary>What counts as an event: the rules of CloudEvents 1.0.2 for attributes, one by one.</summary>
public sealed class EventReaderTests
{
    const string Required = "\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"tests\",\"type\":\"tests.order.placed\"";

    [Fact]
    public void The_four_required_attributes_are_enough()
    {
        var @event = Valid($"{{{Required}}}");

        Assert.IsType<OrderEvent>(@event);
        Assert.Equal(("1", "tests", "tests.order.placed"), (@event.Id, @event.Source, @event.Type));
        Assert.Null(@event.Subject);
        Assert.Empty(@event.Extensions);
    }

    [Theory]
    [InlineData("specversion")]
    [InlineData("id")]
    [InlineData("source")]
    [InlineData("type")]
    public void A_required_attribute_is_there_and_not_empty(string name)
    {
        var others = Required.Split(',').Where(a => !a.StartsWith($"\"{name}\"", StringComparison.Ordinal)).ToList();

        Assert.Equal(name, Assert.Single(Errors($"{{{string.Join(',', others)}}}")).Attribute);
        Assert.Equal(name, Assert.Single(Errors($"{{{string.Join(',', others)},\"{name}\":\"\"}}")).Attribute);
        Assert.Equal(name, Assert.Single(Errors($"{{{string.Join(',', others)},\"{name}\":null}}")).Attribute);
        Assert.Equal(name, Assert.Single(Errors($"{{{string.Join(',', others)},\"{name}\":1}}")).Attribute);
    }

    [Theory]
    [InlineData("0.3")]
    [InlineData("1")]
    [InlineData("1.0.2")]
    public void No_other_version_is_taken(string version) =>
        Assert.Equal("specversion", Assert.Single(Errors($"{{{Required.Replace("\"1.0\"", $"\"{version}\"", StringComparison.Ordinal)}}}")).Attribute);

    [Theory]
    [InlineData("subject")]
    [InlineData("time")]
    [InlineData("datacontenttype")]
    [InlineData("dataschema")]
    public void An_optional_attribute_is_left_out_or_null_but_not_empty(string name)
    {
        Assert.Equal(name, Assert.Single(Errors(With($"\"{name}\":\"\""))).Attribute);
        Valid(With($"\"{name}\":null"));
    }

    [Theory]
    [InlineData("subject", "7")]
    [InlineData("time", "1767225600")]
    [InlineData("datacontenttype", "true")]
    [InlineData("dataschema", "[]")]
    [InlineData("tenant", "{}")]
    [InlineData("traceparent", "1")]
    [InlineData("sequence", "1")]
    [InlineData("nativetype", "false")]
    public void A_named_attribute_is_a_string(string name, string value) =>
        Assert.Equal(name, Assert.Single(Errors(With($"\"{name}\":{value}"))).Attribute);

    [Theory]
    [InlineData("\"text\"")]
    [InlineData("\"\"")]
    [InlineData("true")]
    [InlineData("2147483647")]
    [InlineData("-2147483648")]
    public void An_extension_is_a_string_a_boolean_or_a_32_bit_integer(string value) =>
        Assert.Equal(value, Valid(With($"\"ext1\":{value}")).Extensions["ext1"].GetRawText());

    [Theory]
    [InlineData("1.5")]
    [InlineData("2147483648")]
    [InlineData("1e3")]
    [InlineData("{}")]
    [InlineData("[1]")]
    public void An_extension_is_nothing_else(string value) => Assert.Equal("ext1", Assert.Single(Errors(With($"\"ext1\":{value}"))).Attribute);

    [Fact]
    public void An_extension_of_null_is_not_there() => Assert.Empty(Valid(With("\"ext1\":null")).Extensions);

    [Theory]
    [InlineData("comExample")]
    [InlineData("my_ext")]
    [InlineData("my-ext")]
    [InlineData("my.ext")]
    [InlineData("")]
    [InlineData("erweiterung\u00e4")]
    [InlineData("abcdefghijklmnopqrstu")]
    public void An_attributes_name_is_1_to_20_of_a_to_z_and_0_to_9(string name)
    {
        Assert.Equal(name, Assert.Single(Errors(With($"\"{name}\":\"x\""))).Attribute);
        Valid(With("\"abcdefghijklmnopqrst\":\"x\",\"0\":\"x\""));
    }

    [Fact]
    public void A_name_may_be_written_with_escapes()
    {
        var read = Valid(With("\"sub\\u006aect\":\"o-1\",\"e\\u0078t1\":\"x\""));
        Assert.Equal("o-1", read.Subject);
        Assert.Equal("x", read.Extensions["ext1"].GetString());
    }

    [Theory]
    [InlineData("subject", "\\u0000")]
    [InlineData("subject", "a\\nb")]
    [InlineData("ext1", "\\u001f")]
    [InlineData("ext1", "\\u007f")]
    [InlineData("tenant", "\\u0085")]
    [InlineData("subject", "\\ud83d")]
    [InlineData("ext1", "\\ude00")]
    [InlineData("ext1", "\u007f")]
    [InlineData("ext1", "\u0085")]
    public void An_attribute_holds_no_control_character_and_no_half_of_a_surrogate_pair(string name, string text) =>
        Assert.Equal(name, Assert.Single(Errors(With($"\"{name}\":\"{text}\""))).Attribute);

    [Theory]
    [InlineData("2026-01-31T09:30:00Z")]
    [InlineData("2026-01-31T09:30:00.123456789Z")]
    [InlineData("2026-01-31T09:30:00.1+23:59")]
    [InlineData("2026-01-31T09:30:00-08:00")]
    [InlineData("2026-01-31t09:30:00z")]
    [InlineData("2016-12-31T23:59:60Z")]
    [InlineData("2024-02-29T00:00:00Z")]
    public void A_time_is_as_RFC_3339_says(string time) => Assert.Equal(time, Valid(With($"\"time\":\"{time}\"")).Time);

    [Theory]
    [InlineData("2026-01-31")]
    [InlineData("2026-01-31 09:30:00Z")]
    [InlineData("2026-01-31T09:30:00")]
    [InlineData("2026-01-31T09:30Z")]
    [InlineData("2026-01-31T09:30:00.Z")]
    [InlineData("2026-01-31T09:30:00,5Z")]
    [InlineData("2026-01-31T09:30:61Z")]
    [InlineData("2026-01-31T09:60:00Z")]
    [InlineData("2026-01-31T24:00:00Z")]
    [InlineData("2026-02-30T09:30:00Z")]
    [InlineData("0000-01-31T09:30:00Z")]
    [InlineData("2026-00-31T09:30:00Z")]
    [InlineData("2026-01-00T09:30:00Z")]
    [InlineData("2026-01-32T09:30:00Z")]
    [InlineData("2026-13-01T09:30:00Z")]
    [InlineData("2025-02-29T09:30:00Z")]
    [InlineData("2026-01-31T09:30:00+24:00")]
    [InlineData("2026-01-31T09:30:00+0530")]
    [InlineData("2026-01-31T09:30:00.\u0663Z")]
    [InlineData(" 2026-01-31T09:30:00Z")]
    [InlineData("yesterday")]
    public void A_time_is_nothing_else(string time) => Assert.Equal("time", Assert.Single(Errors(With($"\"time\":\"{time}\""))).Attribute);

    [Fact]
    public void A_type_is_a_routing_key_so_it_has_255_bytes_at_most()
    {
        var longest = "tests.order." + new string('x', 255 - "tests.order.".Length);

        Assert.Equal(longest, Valid(OfType(longest)).Type);
        Assert.Equal("type", Assert.Single(Errors(OfType(longest + "x"))).Attribute);
        Assert.Equal("type", Assert.Single(Errors(OfType(longest[..^1] + "\u00e9"))).Attribute);
    }

    [Fact]
    public void A_source_has_no_white_space() =>
        Assert.Equal("source", Assert.Single(Errors($"{{{Required.Replace("\"tests\"", "\"my tests\"", StringComparison.Ordinal)}}}")).Attribute);

    [Fact]
    public void Data_is_JSON_or_base64_but_not_both()
    {
        Assert.Equal("data_base64", Assert.Single(Errors(With("\"data\":1,\"data_base64\":\"AA==\""))).Attribute);
        Assert.Equal("1", Valid(With("\"data\":1,\"data_base64\":null")).Data!.Value.GetRawText());
        Assert.Equal("AA==", Valid(With("\"data_base64\":\"AA==\"")).DataBase64);
    }

    [Theory]
    [InlineData("7")]
    [InlineData("\"AA=\"")]
    [InlineData("\"-_8=\"")]
    [InlineData("\"\\ud83d\"")]
    public void Binary_data_is_base64(string value) => Assert.Equal("data_base64", Assert.Single(Errors(With($"\"data_base64\":{value}"))).Attribute);

    [Theory]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("null")]
    [InlineData("7")]
    public void An_event_is_an_object(string json) => Assert.Equal("", Assert.Single(Errors(json)).Attribute);

    [Fact]
    public void Every_error_is_told_at_once_and_no_value_that_was_sent()
    {
        var errors = Errors("""{"specversion":"secret-a","id":7,"source":"secret b","time":"secret-c","subject":"","Ext":"secret-d"}""");

        Assert.Equal(["Ext", "id", "source", "specversion", "subject", "time", "type"], errors.Select(e => e.Attribute).Order(StringComparer.Ordinal));
        Assert.DoesNotContain("secret", string.Join(';', errors), StringComparison.Ordinal);
    }

    /// <summary>A queue can hold anything; what is no event has to be told apart by one kind of exception, or it could not be dead-lettered.</summary>
    [Fact]
    public void Bytes_are_an_event_or_a_JsonException() => Always.Holds(DamagedEvents, bytes =>
    {
        try
        {
            Assert.NotEmpty(EventJson.Parse(bytes).Id);
        }
        catch (JsonException)
        {
            // The other thing that may happen.
        }
    }, tests: 2000);

    [Theory]
    [InlineData("{\"\\ud83d\":1}")]
    [InlineData("{\"data_base64\":\"\\ud83d\"}")]
    [InlineData("{\"id\":\"\\ud83d\"}")]
    [InlineData("not JSON")]
    [InlineData("")]
    public void What_is_no_event_is_a_JsonException(string text) => Assert.ThrowsAny<JsonException>(() => EventJson.Parse(Encoding.UTF8.GetBytes(text)));

    /// <summary>A valid event in which a few bytes were overwritten.</summary>
    static Gen<byte[]> DamagedEvents { get; } =
        from count in Gen.Choose(0, 4)
        from places in Gen.Choose(0, 10_000).ListOf(count)
        from values in Gen.OneOf(Gen.Choose(0, 255), Gen.Elements((int)'"', '\\', '{', ',', 0xff, 0xed, 'u', 'd')).ListOf(count)
        select Damage(Encoding.UTF8.GetBytes(With("\"data_base64\":\"AA==\",\"ext1\":\"\\ud83d\\ude00\",\"subject\":\"Zo\u00eb\"")), places, values);

    static byte[] Damage(byte[] bytes, IEnumerable<int> places, IEnumerable<int> values)
    {
        foreach (var (place, value) in places.Zip(values))
        {
            bytes[place % bytes.Length] = (byte)value;
        }

        return bytes;
    }

    static string With(string members) => $"{{{Required},{members}}}";

    static string OfType(string type) => $"{{{Required.Replace("tests.order.placed", type, StringComparison.Ordinal)}}}";

    static CloudEvent Valid(string json)
    {
        var reading = EventReader.Read(JsonElement.Parse(json));
        Assert.Empty(reading.Errors);
        return reading.Event!;
    }

    static IReadOnlyList<EventError> Errors(string json)
    {
        var reading = EventReader.Read(JsonElement.Parse(json));
        Assert.Null(reading.Event);
        return reading.Errors;
    }
}
