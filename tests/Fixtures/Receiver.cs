using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Tests.Fixtures;

/// <summary>A receiver of webhooks that keeps what it gets, and answers as a test says.</summary>
sealed class Receiver : IAsyncDisposable
{
    readonly WebApplication _app;

    Receiver(WebApplication app) => _app = app;

    public ConcurrentQueue<Delivery> Deliveries { get; } = new();

    /// <summary>How each delivery is answered; 204 unless a test says otherwise.</summary>
    public Func<Delivery, HttpContext, Task> Answer { get; set; } = (_, context) =>
    {
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    };

    public Uri Url { get; private set; } = null!;

    public static async Task<Receiver> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        var receiver = new Receiver(app);
        app.Map("/{**path}", receiver.ReceiveAsync);
        await app.StartAsync();
        receiver.Url = new Uri(new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()), "/hook");
        return receiver;
    }

    /// <summary>Waits until so many deliveries have come.</summary>
    public async Task<IReadOnlyList<Delivery>> UntilAsync(int count)
    {
        await Eventually.TrueAsync(() => Deliveries.Count >= count, $"{count} deliveries have come");
        return [.. Deliveries];
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    async Task ReceiveAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var delivery = new Delivery(
            context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            body.ToArray())
        {
            Path = context.Request.Path,
        };
        Deliveries.Enqueue(delivery);
        await Answer(delivery, context);
    }
}

/// <summary>One HTTP call that a receiver got.</summary>
sealed record Delivery(IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string? Path { get; init; }

    public string Text => System.Text.Encoding.UTF8.GetString(Body);
}
