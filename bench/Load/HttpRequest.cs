namespace EventBus.Bench.Load;

/// <summary>What stands before a body on the wire (RFC 9112).</summary>
static class HttpRequest
{
    public static EventBody Of(EventBody body, Uri server, string key) => body.Behind(
        $"POST {body.Path} HTTP/1.1\r\nHost: {server.Authority}\r\nAuthorization: Bearer {key}\r\nContent-Type: {body.ContentType}\r\nContent-Length: {body.Utf8.Length}\r\n\r\n");
}
