using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace EventBus.Bench.Servers;

/// <summary>The gateway's twin: Kestrel, one handler, the bare client.</summary>
static class HttpTwinServer
{
    public static async Task RunAsync()
    {
        await using var publisher = await RawPublisher.ConnectAsync(BrokerAddress.FromEnvironment());
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.Run(new HttpTwinHandler(publisher).HandleAsync);
        await app.StartAsync();
        await ParentPipe.ReadyAsync(app.Urls.First());
        await ParentPipe.WaitForEndAsync();
        await app.StopAsync();
    }
}
