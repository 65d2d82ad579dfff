using EventBus.Consumers.Webhooks;
using EventBus.ServiceDefaults;
using Microsoft.Extensions.Hosting;

namespace EventBus.Bench.Servers;

/// <summary>The service Webhooks, composed as its own Program.cs does.</summary>
static class WebhooksServer
{
    public static async Task RunAsync()
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        builder.AddServiceDefaults("webhooks");
        builder.Services.AddWebhooks(builder.Configuration);
        using var host = builder.Build();
        await host.StartAsync();
        await ParentPipe.ServeAsync("");
        await host.StopAsync();
    }
}
