using System.Buffers;
using System.Text;
using System.Text.Json;
using EventBus.Contracts;
using EventBus.Publisher.Topology;
using Microsoft.AspNetCore.Http;

namespace EventBus.Bench.Servers;

/// <summary>An event that the twin takes.</summary>
/// <param name="Exchange">Its family's exchange.</param>
/// <param name="Type">Its type.</param>
/// <param name="Id">Its id.</param>
/// <param name="SubjectUtf8">What it is about.</param>
/// <param name="Body">The structured CloudEvent.</param>
/// <param name="Record">What is kept of it.</param>
sealed record TwinEvent(string Exchange, string Type, string Id, byte[] SubjectUtf8, byte[] Body, TwinRecord Record)
{
    public ReadOnlySpan<byte> Subject => SubjectUtf8;

    /// <exception cref="BadHttpRequestException">It is not an event.</exception>
    public static TwinEvent Read(JsonElement element, byte[] body)
    {
        var source = element.GetProperty("source"u8).GetString();
        if (!element.GetProperty("specversion"u8).ValueEquals("1.0"u8) || source is not { Length: > 0 })
        {
            throw new BadHttpRequestException("Not an event.");
        }

        var id = element.GetProperty("id"u8).GetString()!;
        var type = element.GetProperty("type"u8).GetString()!;
        var subject = element.GetProperty("subject"u8).GetString()!;
        var answer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(answer))
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, id);
            writer.WriteString("type"u8, type);
            writer.WriteString("subject"u8, subject);
            writer.WriteEndObject();
        }

        var record = new TwinRecord(TwinHash.Of($"{source}\n{id}"), TwinHash.Of(body), answer.WrittenSpan.ToArray());
        return new TwinEvent(TopologyNames.Exchange(Family.Of(type)), type, id, Encoding.UTF8.GetBytes(subject), body, record);
    }
}
