using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace EventBus.Contracts;

/// <summary>A shopping cart on its way to an order. Types are written <c>*.cart.#</c>.</summary>
[JsonConverter(typeof(EventJsonConverter<CartEvent>))]
public sealed record CartEvent : CloudEvent
{
    /// <summary>Starts an event of our own; source and type have to be given.</summary>
    public CartEvent()
    {
    }

    [SetsRequiredMembers]
    internal CartEvent(CloudEvent original)
        : base(original)
    {
    }
}
