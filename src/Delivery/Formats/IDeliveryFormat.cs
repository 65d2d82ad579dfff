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

    /// <summary>Whether client errors are final at endpoints that do not say so; see <see cref="EndpointOptions.FinalClientErrors"/>.</summary>
    bool FinalClientErrors => false;

    /// <summary>Headers that endpoints of this format have to name.</summary>
    IReadOnlyList<string> RequiredHeaders => [];

    /// <summary>Where deliveries are sent, from the endpoint's address.</summary>
    Uri Address(Uri url) => url;

    /// <summary>Whether it has something to say about the event.</summary>
    bool Covers(CloudEvent @event) => Write(@event) is not null;

    /// <summary>The body, or null where this format has nothing to say about the event.</summary>
    DeliveryBody? Write(CloudEvent @event);
}

/// <summary>The body of a delivery.</summary>
/// <param name="Bytes">As sent.</param>
/// <param name="ContentType">Value of Content-Type.</param>
public sealed record DeliveryBody(ReadOnlyMemory<byte> Bytes, string ContentType)
{
    /// <summary>Headers that come from the event; those of the endpoint go before.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = System.Collections.Frozen.FrozenDictionary<string, string>.Empty;
}
