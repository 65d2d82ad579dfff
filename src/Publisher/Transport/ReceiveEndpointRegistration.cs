using EventBus.Contracts;
using MassTransit;

namespace EventBus.Publisher.Transport;

/// <summary>A consumer's queue: what is bound to it, and what handles its events.</summary>
/// <param name="Queue">Name of the queue, and of the consumer: <c>appointments</c>.</param>
/// <param name="Patterns">What the consumer responds to; asked for when the bus is configured.</param>
/// <param name="Configure">Adds the handlers.</param>
public sealed record ReceiveEndpointRegistration(
    string Queue,
    Func<IServiceProvider, IReadOnlyList<TypePattern>> Patterns,
    Action<IRegistrationContext, IReceiveEndpointConfigurator> Configure);
