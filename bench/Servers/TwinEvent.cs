using System.Buffers;
using System.Text;
using System.Text.Json;
using EventBus.Bench.Load;
using EventBus.Contracts;
using EventBus.Publisher.Topology;
using Microsoft.AspNetCore.Http;

namespace EventBus.Bench.Servers;

/// <summary>An event that the twin takes.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Source">Its source.</param>
/// <param name="Type">Its type.</param>
/// <param name="SubjectText">What it is about; null where that is not known.</param>
/// <param name="Body">The structured CloudEvent, as it is published.</param>
sealed record TwinEvent(string Id, string Source, string Type, string? SubjectText, byte[] Body)
{
    /// <summary>Its family's exchange.</summary>
    public string Exchange { get; } = TopologyNames.Exchange(Family.Of(Type));

    /// <summary>What its order is kept by.</summary>
    public byte[] Subject { get; } = Encoding.UTF8.GetBytes(SubjectText ?? Id);

    /// <summary>What is answered for it.</summary>
    public byte[] Answer { get; } = Describe(Id, Type, SubjectText);

    /// <summary>What is kept of it, where the sender has given it an id.</summary>
    public TwinRecord? Record { get; private init; }

    /// <summary>Reads a CloudEvent.</summary>
    /// <exception cref="BadHttpRequestException">It is none.</exception>
    public static TwinEvent Read(JsonElement element, ReadOnlySpan<byte> body)
    {
        var source = element.GetProperty("source"u8).GetString();
        if (!element.GetProperty("specversion"u8).ValueEquals("1.0"u8) || source is not { Length: > 0 })
        {
            throw new BadHttpRequestException("Not an event.");
        }

        var id = element.GetProperty("id"u8).GetString()!;
        var read = new TwinEvent(id, source, element.GetProperty("type"u8).GetString()!, element.GetProperty("subject"u8).GetString(), AcceptanceStamp.On(body));
        return read with { Record = new TwinRecord(TwinHash.Of($"{source}\n{id}"), TwinHash.Of(body), read.Answer) };
    }

    static byte[] Describe(string id, string type, string? subject)
    {
        var answer = new ArrayBufferWriter<byte>(256);
        using var writer = new Utf8JsonWriter(answer);
        writer.WriteStartObject();
        writer.WriteString("id"u8, id);
        writer.WriteString("type"u8, type);
        writer.WriteString("subject"u8, subject);
        writer.WriteEndObject();
        writer.Flush();
        return answer.WrittenSpan.ToArray();
    }
}
