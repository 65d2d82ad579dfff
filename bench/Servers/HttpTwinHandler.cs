using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace EventBus.Bench.Servers;

/// <summary>Reads and parses, checks what an event has to have, and answers once everything is taken.</summary>
/// <param name="take">Done when it is noted which events have come, and they are published.</param>
sealed class HttpTwinHandler(Func<IReadOnlyList<TwinEvent>, Task> take)
{
    public async Task HandleAsync(HttpContext context)
    {
        var body = new byte[context.Request.ContentLength ?? 0];
        await context.Request.Body.ReadExactlyAsync(body);
        using var document = JsonDocument.Parse(body);
        var root = document.RootElement;
        var path = context.Request.Path.Value!;
        List<TwinEvent> events = path != "/v1/events" ? [TwinNative.Read(path, root, body)]
            : root.ValueKind == JsonValueKind.Array ? [.. root.EnumerateArray().Select(e => TwinEvent.Read(e, JsonMarshal.GetRawUtf8Value(e)))]
            : [TwinEvent.Read(root, body)];
        await take(events);
        if (path == "/v1/smartflowsheet")
        {
            return;
        }

        await AnswerAsync(context, events, root.ValueKind == JsonValueKind.Array);
    }

    static async Task AnswerAsync(HttpContext context, IReadOnlyList<TwinEvent> events, bool isBatch)
    {
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = events.Sum(e => e.Answer.Length) + (isBatch ? events.Count + 1 : 0);
        var output = context.Response.BodyWriter;
        for (var i = 0; i < events.Count; i++)
        {
            if (isBatch)
            {
                output.Write(i == 0 ? "["u8 : ","u8);
            }

            output.Write(events[i].Answer);
        }

        if (isBatch)
        {
            output.Write("]"u8);
        }

        await output.FlushAsync();
    }
}
