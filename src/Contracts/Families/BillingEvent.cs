using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace EventBus.Contracts;

/// <summary>An item that is billed. Types are written <c>*.billing.#</c>.</summary>
[JsonConverter(typeof(EventJsonConverter<BillingEvent>))]
public sealed record BillingEvent : CloudEvent
{
    /// <summary>Starts an event of our own; source and type have to be given.</summary>
    public BillingEvent()
    {
    }

    [SetsRequiredMembers]
    internal BillingEvent(CloudEvent original)
        : base(original)
    {
    }
}
