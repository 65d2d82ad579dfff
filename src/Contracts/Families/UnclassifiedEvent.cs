using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace EventBus.Contracts;

/// <summary>An event that belongs to no other family: its type is its sender's own. Types are written <c>*.unclassified.#</c>.</summary>
[JsonConverter(typeof(EventJsonConverter<UnclassifiedEvent>))]
public sealed record UnclassifiedEvent : CloudEvent
{
    /// <summary>Starts an event of our own; source and type have to be given.</summary>
    public UnclassifiedEvent()
    {
    }

    internal UnclassifiedEvent(string id)
        : base(id)
    {
    }

    [SetsRequiredMembers]
    internal UnclassifiedEvent(CloudEvent original)
        : base(original)
    {
    }
}
