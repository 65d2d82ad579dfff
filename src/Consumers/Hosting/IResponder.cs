using EventBus.Contracts;
using MassTransit;

namespace EventBus.Consumers.Hosting;

/// <summary>
/// A consumer that is asked before the sender of an event is answered. It judges first; where every responder of the event accepts, and only then, each is given the
/// event to consume, and the sender has its yes.
/// </summary>
/// <typeparam name="TEvent">The contract.</typeparam>
public interface IResponder<in TEvent> : IConsumer<TEvent>
    where TEvent : CloudEvent
{
    /// <summary>Says what it will do, and does nothing yet: it may be asked again. What it throws is a refusal, unless <see cref="RespondsToAttribute.AcceptOnError"/> is set.</summary>
    /// <param name="event">The event.</param>
    /// <param name="cancellationToken">The service stops.</param>
    Task<Verdict> JudgeAsync(TEvent @event, CancellationToken cancellationToken);

    /// <summary>Does what the event asks for, after all have accepted it. A responder that only judges leaves it out.</summary>
    Task IConsumer<TEvent>.Consume(ConsumeContext<TEvent> context) => Task.CompletedTask;
}
