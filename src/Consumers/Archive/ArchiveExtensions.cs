using EventBus.Publisher;
using EventBus.Publisher.Topology;
using EventBus.Publisher.Transport;
using EventBus.Storage;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EventBus.Consumers.Archive;

/// <summary>Adds the archive to a host.</summary>
public static class ArchiveExtensions
{
    /// <summary>Its queue: it has every event of every family, whether or not a consumer asks for it.</summary>
    public const string Name = TopologyNames.Archive;

    /// <summary>Adds what keeps every accepted event. Where publishers and consumers share one process, its log is the archive already, and nothing is added.</summary>
    public static IServiceCollection AddArchive(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddEventStorage(configuration);
        services.AddEventPublisher(configuration);
        if (EventTransport.IsMemory(configuration))
        {
            return services;
        }

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<EventArchive>();
        services.AddSingleton(new EventQueue(Name, QueueSource.Everything, _ => [], provider => ActivatorUtilities.CreateInstance<ArchiveReceiver>(provider, false)));
        services.AddSingleton(new EventQueue(TopologyNames.Unrouted, QueueSource.Direct, _ => [], provider => ActivatorUtilities.CreateInstance<ArchiveReceiver>(provider, true)));
        return services;
    }
}
