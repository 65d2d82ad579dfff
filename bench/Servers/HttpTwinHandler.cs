using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace EventBus.Bench.Servers;

/// <summary>Reads and parses, checks the four attributes that an event has to have, publishes, answers 202 once everything is confirmed.</summary>
sealed class HttpTwinHandler(RawPublisher publisher)
{
    public async Task HandleAsync(HttpContext context)
    {
        var body = new byte[context.Request.ContentLength ?? 0];
        await context.Request.Body.ReadExactlyAsync(body);
        using var document = JsonDocument.Parse(body);
        var root = document.RootElement;
        var answer = new ArrayBufferWriter<byte>(256);
        await using var writer = new Utf8JsonWriter(answer);
        if (root.ValueKind == JsonValueKind.Array)
        {
            var publishes = new List<Task>(root.GetArrayLength());
            writer.WriteStartArray();
            foreach (var element in root.EnumerateArray())
            {
                publishes.Add(Publish(element, JsonMarshal.GetRawUtf8Value(element).ToArray(), writer));
            }

            writer.WriteEndArray();
            await Task.WhenAll(publishes);
        }
        else
        {
            await Publish(root, body, writer);
        }

        await writer.FlushAsync();
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = answer.WrittenCount;
        await context.Response.Body.WriteAsync(answer.WrittenMemory);
    }

    Task Publish(JsonElement element, ReadOnlyMemory<byte> body, Utf8JsonWriter answer)
    {
        if (!element.GetProperty("specversion"u8).ValueEquals("1.0"u8) || element.GetProperty("source"u8).GetString() is not { Length: > 0 })
        {
            throw new BadHttpRequestException("Not an event.");
        }

        var id = element.GetProperty("id"u8).GetString()!;
        var type = element.GetProperty("type"u8).GetString()!;
        answer.WriteStartObject();
        answer.WriteString("id"u8, id);
        answer.WriteString("type"u8, type);
        answer.WriteString("subject"u8, element.GetProperty("subject"u8).GetString());
        answer.WriteEndObject();
        return publisher.PublishAsync(id, type, body);
    }
}
