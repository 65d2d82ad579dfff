using System.Text.Json;
using EventBus.Contracts;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace EventBus.Standalone.Demo;

/// <summary>A receiver of webhooks on a free port of this machine: it checks the signature, and shows what arrived by type.</summary>
sealed class DemoReceiver : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly WebhookSigner _signer;
    long _received;

    DemoReceiver(WebApplication app, WebhookSigner signer)
    {
        (_app, _signer) = (app, signer);
    }

    public Uri Url { get; private set; } = null!;

    public static async Task<DemoReceiver> StartAsync(string secret)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        var receiver = new DemoReceiver(app, WebhookSigner.TryCreate(secret)!);
        app.MapPost("/hook", receiver.ReceiveAsync);
        await app.StartAsync();
        receiver.Url = new Uri(new Uri(app.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()), "/hook");
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    async Task ReceiveAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var id = context.Request.Headers["webhook-id"].ToString();
        var signed = long.TryParse(context.Request.Headers["webhook-timestamp"], out var timestamp)
            && context.Request.Headers["webhook-signature"] == _signer.Sign(id, timestamp, body.ToArray());
        var count = Interlocked.Increment(ref _received);
        context.Response.StatusCode = signed ? StatusCodes.Status204NoContent : StatusCodes.Status401Unauthorized;
        await Console.Out.WriteLineAsync($"  received {count,6}  {Describe(body.ToArray()),-60} {id}  {(signed ? "signature ok" : "SIGNATURE WRONG")}");
    }

    /// <summary>The type of an event, or the flag of an appointment notification; nothing of what they carry.</summary>
    static string Describe(byte[] body)
    {
        var json = JsonElement.Parse(body);
        return PayloadPath.First(json, "type")
            ?? $"appointment notification: {json.EnumerateObject().FirstOrDefault(p => p.Value.ValueKind == JsonValueKind.True).Name}";
    }
}
