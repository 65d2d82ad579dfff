using EventBus.Consumers.Archive;
using EventBus.Operations;
using EventBus.ServiceDefaults;
using Microsoft.Extensions.Hosting;

namespace EventBus.Bench.Servers;

/// <summary>The archive with all that counts, composed as its own Program.cs does.</summary>
static class ArchiveServer
{
    public static async Task RunAsync()
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        builder.AddServiceDefaults("archive");
        builder.Services.AddArchive(builder.Configuration);
        builder.Services.AddReconciler(builder.Configuration);
        using var host = builder.Build();
        await host.StartAsync();
        await ParentPipe.ServeAsync("");
        await host.StopAsync();
    }
}
