using EventBus.OperatorConsole;
using EventBus.ServiceDefaults;
using Microsoft.Extensions.Hosting;

namespace EventBus.Bench.Servers;

/// <summary>The Console, composed as its own Program.cs does, but for the link to its first account.</summary>
static class ConsoleServer
{
    public static async Task RunAsync()
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        builder.AddServiceDefaults("console");
        builder.Services.AddConsole(builder.Configuration);
        using var host = builder.Build();
        await host.StartAsync();
        await ParentPipe.ServeAsync("");
        await host.StopAsync();
    }
}
