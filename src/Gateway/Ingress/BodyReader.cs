using System.Buffers;
using System.IO.Pipelines;

namespace EventBus.Gateway.Ingress;

/// <summary>Reads a request's body up to a limit.</summary>
static class BodyReader
{
    /// <summary>How much of a body that is too large is read and dropped, so that the sender, still writing, gets to read the answer.</summary>
    const long DrainBytes = 8 * 1024 * 1024;

    /// <exception cref="Refusal">413: the body is larger than the limit.</exception>
    public static async Task<byte[]> ReadAsync(HttpRequest request, int limit, CancellationToken cancellationToken)
    {
        if (request.ContentLength > limit)
        {
            // A sender that asks first has not written anything yet.
            if (!string.Equals(request.Headers.Expect, "100-continue", StringComparison.OrdinalIgnoreCase))
            {
                await DrainAsync(request, 0, cancellationToken);
            }

            throw Refusal.TooLarge(limit);
        }

        var reader = request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken);
            if (result.Buffer.Length > limit)
            {
                var read = result.Buffer.Length;
                reader.AdvanceTo(result.Buffer.End);
                await DrainAsync(request, read, cancellationToken);
                throw Refusal.TooLarge(limit);
            }

            if (result.IsCompleted)
            {
                var body = result.Buffer.ToArray();
                reader.AdvanceTo(result.Buffer.End);
                return body;
            }

            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    static async Task DrainAsync(HttpRequest request, long read, CancellationToken cancellationToken)
    {
        while (read < DrainBytes)
        {
            ReadResult result = await request.BodyReader.ReadAsync(cancellationToken);
            read += result.Buffer.Length;
            request.BodyReader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return;
            }
        }

        request.HttpContext.Response.Headers.Connection = "close";
    }
}
