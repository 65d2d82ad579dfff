using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace EventBus.Contracts;

/// <summary>A message between patient and staff. Types are written <c>*.message.#</c>.</summary>
[JsonConverter(typeof(EventJsonConverter<MessageEvent>))]
public sealed record MessageEvent : CloudEvent
{
    /// <summary>Starts an event of our own; source and type have to be given.</summary>
    public MessageEvent()
    {
    }

    [SetsRequiredMembers]
    internal MessageEvent(CloudEvent original)
        : base(original)
    {
    }
}
