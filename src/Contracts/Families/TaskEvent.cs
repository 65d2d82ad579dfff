using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace EventBus.Contracts;

/// <summary>A task of the staff, its comments and labels. Types are written <c>*.task.#</c>.</summary>
[JsonConverter(typeof(EventJsonConverter<TaskEvent>))]
public sealed record TaskEvent : CloudEvent
{
    /// <summary>Starts an event of our own; source and type have to be given.</summary>
    public TaskEvent()
    {
    }

    [SetsRequiredMembers]
    internal TaskEvent(CloudEvent original)
        : base(original)
    {
    }
}
