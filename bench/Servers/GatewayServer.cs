using EventBus.Gateway;
using EventBus.ServiceDefaults;
using Microsoft.AspNetCore.Builder;

namespace EventBus.Bench.Servers;

/// <summary>The gateway, composed as its own Program.cs does. Its settings come from the environment, as they do for whoever runs it.</summary>
static class GatewayServer
{
    public static async Task RunAsync()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.AddServiceDefaults("gateway");
        builder.AddGateway();
        await using var app = builder.Build();
        app.MapGateway();
        await app.StartAsync();
        await ParentPipe.ServeAsync(app.Urls.First());
        await app.StopAsync();
    }
}
