using EventBus.Contracts;
using EventBus.Delivery.Lanes;

namespace EventBus.Consumers.Hosting;

/// <summary>A consumer of this process.</summary>
/// <param name="Name">Its name, and that of its queues.</param>
/// <param name="Patterns">What it responds to; asked for when the host starts, and when endpoints change.</param>
/// <param name="Handler">Its handler; null where it has none.</param>
/// <param name="Endpoints">Its endpoints; asked for when the host starts, and when they change.</param>
sealed record ConsumerRegistration(
    string Name, Func<IServiceProvider, IReadOnlyList<TypePattern>> Patterns, Func<IServiceProvider, DeliveryTarget>? Handler,
    Func<IServiceProvider, IReadOnlyList<DeliveryTarget>> Endpoints);
