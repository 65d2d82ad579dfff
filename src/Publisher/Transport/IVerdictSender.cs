using EventBus.Contracts;

namespace EventBus.Publisher.Transport;

/// <summary>Brings what a responder says to the gateway that waits for it. One that has gone meanwhile is no error.</summary>
public interface IVerdictSender
{
    /// <summary>Sends a verdict.</summary>
    /// <param name="address">The event's <see cref="CloudEvent.AnswerTo"/>.</param>
    /// <param name="verdict">What is said.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task SendAsync(string address, EventVerdict verdict, CancellationToken cancellationToken);
}
