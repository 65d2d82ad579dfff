using EventBus.Publisher.Topology;
using EventBus.Publisher.Transport;
using MassTransit;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.Options;

namespace EventBus.Standalone;

/// <summary>What differs where everything runs in one process.</summary>
static class StandaloneExtensions
{
    /// <summary>Within one process the transport is memory, unless the configuration names another.</summary>
    public static void AddStandaloneDefaults(this WebApplicationBuilder builder) =>
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData = [new("EventBus:Transport", EventTransport.Memory), new("EventBus:DataDirectory", "data")],
        });

    /// <summary>
    /// On RabbitMQ, events that are unrouted or dead wait in queues of the broker. In memory they are written to files in the data directory instead, since they
    /// would fill the memory, and be gone with the process.
    /// </summary>
    public static void AddKeptEvents(this WebApplicationBuilder builder)
    {
        if (!string.Equals(builder.Configuration["EventBus:Transport"], EventTransport.Memory, StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        var queues = builder.Services
            .Select(s => s.ImplementationInstance).OfType<ReceiveEndpointRegistration>()
            .Select(r => TopologyNames.DeadLetterQueue(r.Queue))
            .Append(TopologyNames.Unrouted)
            .ToList();
        var files = new KeptEventFiles(DataDirectory(builder.Configuration));
        foreach (var queue in queues)
        {
            builder.Services.AddSingleton(new ReceiveEndpointRegistration(queue, _ => [], (_, endpoint) =>
            {
                endpoint.ConcurrentMessageLimit = 1;
                endpoint.PublishFaults = false;
                endpoint.Instance(new KeptEventConsumer(queue, files));
            }));
        }
    }

    /// <summary>The directory under <c>EventBus:DataDirectory</c>, made where it is missing.</summary>
    /// <exception cref="OptionsValidationException">It cannot be made or written to.</exception>
    static string DataDirectory(IConfiguration configuration)
    {
        var path = Path.GetFullPath(configuration["EventBus:DataDirectory"]!);
        try
        {
            Directory.CreateDirectory(path);
            using var probe = new FileStream(Path.Combine(path, ".probe"), FileMode.Create, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new OptionsValidationException(
                "EventBus:DataDirectory", typeof(string),
                [$"EventBus:DataDirectory ({path}) cannot be written to ({e.GetType().Name}); for example EventBus__DataDirectory=/var/lib/eventbus"]);
        }
    }
}
