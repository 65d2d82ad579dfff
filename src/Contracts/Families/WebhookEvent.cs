using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace EventBus.Contracts;

/// <summary>A customer's own webhook, whatever it carries. Types are written <c>*.webhook.#</c>.</summary>
[JsonConverter(typeof(EventJsonConverter<WebhookEvent>))]
public sealed record WebhookEvent : CloudEvent
{
    /// <summary>Starts an event of our own; source and type have to be given.</summary>
    public WebhookEvent()
    {
    }

    [SetsRequiredMembers]
    internal WebhookEvent(CloudEvent original)
        : base(original)
    {
    }
}
