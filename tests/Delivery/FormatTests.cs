using System.Text;
using System.Text.Json;
using EventBus.Contracts;
using EventBus.Delivery.Formats;

namespace EventBus.Tests.Delivery;

/// <summary>What an endpoint is sent. (The appointment notification has tests of its own.)</summary>
public sealed class FormatTests
{
    [Theory]
    [InlineData("""{ "a" : 1.00, "b":"\u00e9", "c" : null }""")]
    [InlineData("[1E+400,-0]")]
    [InlineData("\"\\ud83d\"")]
    [InlineData("null")]
    public void Native_is_the_senders_payload_byte_for_byte(string payload)
    {
        var body = Write("native", new OrderEvent { Source = "tests", Type = "tests.order.placed", Data = JsonElement.Parse(payload) })!;

        Assert.Equal(payload, Encoding.UTF8.GetString(body.Bytes.Span));
        Assert.Equal("application/json", body.ContentType);
    }

    [Fact]
    public void Native_of_binary_data_is_the_bytes_with_their_media_type()
    {
        var body = Write("native", new OrderEvent { Source = "tests", Type = "tests.order.placed", DataBase64 = "JVBERg==", DataContentType = "application/pdf" })!;

        Assert.Equal("%PDF"u8.ToArray(), body.Bytes.ToArray());
        Assert.Equal("application/pdf", body.ContentType);
    }

    [Fact]
    public void Native_of_no_data_is_nothing() => Assert.Null(Write("native", new OrderEvent { Source = "tests", Type = "tests.order.placed" }));

    [Fact]
    public void CloudEvents_is_the_whole_event_in_structured_mode()
    {
        var @event = new OrderEvent { Id = "1", Source = "tests", Type = "tests.order.placed", Subject = "s", Tenant = "north", NativeType = "Placed", Data = JsonElement.Parse("{ }") };

        var body = Write("cloudevents", @event)!;

        Assert.Equal(
            """{"specversion":"1.0","id":"1","source":"tests","type":"tests.order.placed","subject":"s","tenant":"north","nativetype":"Placed","data":{ }}""",
            Encoding.UTF8.GetString(body.Bytes.Span));
        Assert.StartsWith("application/cloudevents+json", body.ContentType, StringComparison.Ordinal);
    }

    [Fact]
    public void An_appointment_notification_says_nothing_about_another_family() =>
        Assert.Null(Write("appointment-notification", new OrderEvent { Source = "canvas", Type = "canvas.order.created" }));

    [Fact]
    public void The_formats_are_four() => Assert.Equal(["appointment-notification", "cloudevents", "native", "smartflowsheet-result"], DeliveryFormats.Names.Order(StringComparer.Ordinal));

    static DeliveryBody? Write(string format, CloudEvent @event) => DeliveryFormats.Find(format)!.Write(@event);
}
