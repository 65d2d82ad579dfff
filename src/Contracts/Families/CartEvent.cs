using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace EventBus.Contracts;

/// <summary>A shopping cart on its way to an order. Types are written <c>*.cart.#</c>.</summary>
[JsonConverter(typeof(EventJsonConverter<CartEvent>))]
public sealed record CartEvent : CloudEvent
{
    static readonly ClosedSet<CartChange> Changes = new();

    /// <summary>Starts an event of our own; source and type have to be given.</summary>
    public CartEvent()
    {
    }

    [SetsRequiredMembers]
    internal CartEvent(CloudEvent original)
        : base(original)
    {
    }

    /// <summary>What happened to the cart.</summary>
    public CartChange Change => Changes.Of(What);

    /// <summary>The patient, where the payload names one.</summary>
    public string? PatientId => PatientPaths.Find(this);
}

/// <summary>What can happen to a cart.</summary>
public enum CartChange
{
    /// <summary>Something else; <see cref="CloudEvent.NativeType"/> has the sender's word.</summary>
    Other,

    /// <summary>The customer went to the checkout; nothing is ordered or paid yet.</summary>
    Checkout,
}
