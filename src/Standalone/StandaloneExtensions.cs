using EventBus.Publisher.Transport;
using Microsoft.Extensions.Configuration.Memory;

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
}
