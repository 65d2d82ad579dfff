using EventBus.Bench.Load;
using EventBus.Consumers.Hosting;
using EventBus.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EventBus.Bench.Servers;

/// <summary>A consumer of the kit, in a service as a team writes it.</summary>
static class ConsumerServer
{
    public static async Task RunAsync()
    {
        var check = new OrderCheck();
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        builder.AddServiceDefaults("bench");
        builder.Services.AddSingleton(check);
        builder.Services.AddEventConsumer<BenchConsumer>(builder.Configuration);
        using var host = builder.Build();
        await host.StartAsync();
        await ParentPipe.ServeAsync("", _ => Task.FromResult<object>(check.Now));
        await host.StopAsync();
    }
}
