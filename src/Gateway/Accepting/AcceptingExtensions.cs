using EventBus.Storage;
using Microsoft.Extensions.Options;

namespace EventBus.Gateway.Accepting;

/// <summary>Adds what turns events that were sent into events that are accepted, once.</summary>
static class AcceptingExtensions
{
    public static void AddAccepting(this IServiceCollection services)
    {
        services.AddSingleton<AcceptanceSequence>();
        services.AddSingleton(s => new IdempotencyRecords(
            s.GetRequiredService<Database>(), s.GetRequiredService<IOptions<GatewayOptions>>().Value.IdempotencyWindow, s.GetRequiredService<TimeProvider>(),
            s.GetService<EventArchive>()));
        services.AddSingleton<EventAcceptor>();
    }
}
