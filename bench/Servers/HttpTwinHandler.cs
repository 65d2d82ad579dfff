using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace EventBus.Bench.Servers;

/// <summary>Reads and parses, checks the attributes that an event has to have, notes what comes under which id, publishes, and answers 202 once everything is confirmed.</summary>
sealed class HttpTwinHandler(RawPublisher publisher, TwinRecords records)
{
    public async Task HandleAsync(HttpContext context)
    {
        var body = new byte[context.Request.ContentLength ?? 0];
        await context.Request.Body.ReadExactlyAsync(body);
        using var document = JsonDocument.Parse(body);
        var root = document.RootElement;
        List<TwinEvent> events = root.ValueKind == JsonValueKind.Array
            ? [.. root.EnumerateArray().Select(e => TwinEvent.Read(e, JsonMarshal.GetRawUtf8Value(e).ToArray()))]
            : [TwinEvent.Read(root, body)];
        var claims = events.ConvertAll(e => e.Record);
        await records.ClaimAsync(claims);
        await Task.WhenAll(events.Select(e => publisher.PublishAsync(e.Exchange, e.Type, e.Id, e.Subject, e.Body)));
        _ = records.ConfirmAsync(claims);
        await AnswerAsync(context, claims, root.ValueKind == JsonValueKind.Array);
    }

    static async Task AnswerAsync(HttpContext context, IReadOnlyList<TwinRecord> claims, bool isBatch)
    {
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = claims.Sum(c => c.Answer.Length) + (isBatch ? claims.Count + 1 : 0);
        var output = context.Response.BodyWriter;
        for (var i = 0; i < claims.Count; i++)
        {
            if (isBatch)
            {
                output.Write(i == 0 ? "["u8 : ","u8);
            }

            output.Write(claims[i].Answer);
        }

        if (isBatch)
        {
            output.Write("]"u8);
        }

        await output.FlushAsync();
    }
}
