using EventBus.Contracts;
using EventBus.Delivery.Lanes;

namespace EventBus.Consumers.Hosting;

/// <summary>A consumer of this process.</summary>
/// <param name="Name">Its name, and that of its queues.</param>
/// <param name="Patterns">What it responds to; asked for when the host starts.</param>
/// <param name="Targets">Its handler, and its endpoints.</param>
sealed record ConsumerRegistration(string Name, Func<IServiceProvider, IReadOnlyList<TypePattern>> Patterns, Func<IServiceProvider, IReadOnlyList<DeliveryTarget>> Targets);
