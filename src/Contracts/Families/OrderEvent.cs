using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace EventBus.Contracts;

/// <summary>An order and the steps it takes: placed, paid, waiting, shipped, canceled. Types are written <c>*.order.#</c>.</summary>
[JsonConverter(typeof(EventJsonConverter<OrderEvent>))]
public sealed record OrderEvent : CloudEvent
{
    /// <summary>Starts an event of our own; source and type have to be given.</summary>
    public OrderEvent()
    {
    }

    [SetsRequiredMembers]
    internal OrderEvent(CloudEvent original)
        : base(original)
    {
    }
}
