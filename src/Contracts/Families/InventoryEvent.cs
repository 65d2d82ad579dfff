using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace EventBus.Contracts;

/// <summary>Items of a clinic's inventory, and its staff, as imported by a flow sheet. Types are written <c>*.inventory.#</c>.</summary>
[JsonConverter(typeof(EventJsonConverter<InventoryEvent>))]
public sealed record InventoryEvent : CloudEvent
{
    static readonly ClosedSet<InventoryChange> Changes = new();

    /// <summary>Starts an event of our own; source and type have to be given.</summary>
    public InventoryEvent()
    {
    }

    [SetsRequiredMembers]
    internal InventoryEvent(CloudEvent original)
        : base(original)
    {
    }

    /// <summary>What happened to the inventory.</summary>
    public InventoryChange Change => Changes.Of(What);
}

/// <summary>What can happen to an inventory.</summary>
public enum InventoryChange
{
    /// <summary>Something else; <see cref="CloudEvent.NativeType"/> has the sender's word.</summary>
    Other,

    /// <summary>An import of items has ended; each item has its outcome.</summary>
    Imported,

    /// <summary>An import of staff has ended; each person has an outcome.</summary>
    MedicsImported,
}
