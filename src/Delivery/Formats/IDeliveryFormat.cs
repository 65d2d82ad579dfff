using EventBus.Contracts;

namespace EventBus.Delivery.Formats;

/// <summary>Turns an event into what an endpoint is sent.</summary>
public interface IDeliveryFormat
{
    /// <summary>The consumer that delivers to endpoints of this format, unless they name another.</summary>
    string DefaultConsumer { get; }

    /// <summary>The patterns of endpoints that name none; empty where they have to.</summary>
    IList<string> DefaultEvents { get; }

    /// <summary>Whether it says more where the event is completed by what is known of its thing.</summary>
    bool IsCompleted => false;

    /// <summary>The body, or null where this format has nothing to say about the event.</summary>
    DeliveryBody? Write(CloudEvent @event);
}

/// <summary>The body of a delivery.</summary>
/// <param name="Bytes">As sent.</param>
/// <param name="ContentType">Value of Content-Type.</param>
public sealed record DeliveryBody(ReadOnlyMemory<byte> Bytes, string ContentType);
