using System.Globalization;
using EventBus.Bench.Load;
using EventBus.Publisher;
using EventBus.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EventBus.Bench.Servers;

/// <summary>A service that publishes through <see cref="IEventPublisher"/>, with its settings from the environment.</summary>
static class PublisherServer
{
    public static async Task RunAsync()
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        builder.AddServiceDefaults("publisher");
        builder.Services.AddEventPublisher(builder.Configuration);
        using var host = builder.Build();
        await host.StartAsync();
        var publisher = host.Services.GetRequiredService<IEventPublisher>();
        var load = new PublishLoad(() =>
        {
            var template = SampleEvent.Create();
            return () => publisher.PublishAsync(template with { Id = Guid.CreateVersion7().ToString() });
        });
        await ParentPipe.ServeAsync("", async seconds => await load.RunAsync(TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture))));
        await host.StopAsync();
    }
}
