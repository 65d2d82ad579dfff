using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace EventBus.Contracts;

/// <summary>Items of a clinic's inventory, and its staff, as imported by a flow sheet. Types are written <c>*.inventory.#</c>.</summary>
[JsonConverter(typeof(EventJsonConverter<InventoryEvent>))]
public sealed record InventoryEvent : CloudEvent
{
    /// <summary>Starts an event of our own; source and type have to be given.</summary>
    public InventoryEvent()
    {
    }

    [SetsRequiredMembers]
    internal InventoryEvent(CloudEvent original)
        : base(original)
    {
    }
}
