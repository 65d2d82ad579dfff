using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace EventBus.Contracts;

/// <summary>A subscription: started, active, paused, canceled, ended, about to renew. Types are written <c>*.subscription.#</c>.</summary>
[JsonConverter(typeof(EventJsonConverter<SubscriptionEvent>))]
public sealed record SubscriptionEvent : CloudEvent
{
    /// <summary>Starts an event of our own; source and type have to be given.</summary>
    public SubscriptionEvent()
    {
    }

    [SetsRequiredMembers]
    internal SubscriptionEvent(CloudEvent original)
        : base(original)
    {
    }
}
