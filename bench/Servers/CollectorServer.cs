namespace EventBus.Bench.Servers;

/// <summary>Takes what ours exports by OTLP, as a collector does, and forgets it.</summary>
static class CollectorServer
{
    public static Task RunAsync() => TwinHttp.ServeAsync(async context =>
    {
        await context.Request.Body.CopyToAsync(Stream.Null);
        context.Response.ContentType = "application/x-protobuf";
    });
}
