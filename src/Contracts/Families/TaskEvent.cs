using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace EventBus.Contracts;

/// <summary>A task of the staff, its comments and labels. Types are written <c>*.task.#</c>.</summary>
[JsonConverter(typeof(EventJsonConverter<TaskEvent>))]
public sealed record TaskEvent : CloudEvent
{
    static readonly ClosedSet<TaskChange> Changes = new();

    /// <summary>Starts an event of our own; source and type have to be given.</summary>
    public TaskEvent()
    {
    }

    [SetsRequiredMembers]
    internal TaskEvent(CloudEvent original)
        : base(original)
    {
    }

    /// <summary>What happened to the task.</summary>
    public TaskChange Change => Changes.Of(What);

    /// <summary>The patient, where the payload names one.</summary>
    public string? PatientId => PatientPaths.Find(this);
}

/// <summary>What can happen to a task.</summary>
public enum TaskChange
{
    /// <summary>Something else; <see cref="CloudEvent.NativeType"/> has the sender's word.</summary>
    Other,

    /// <summary>Made.</summary>
    Created,

    /// <summary>Details changed.</summary>
    Updated,

    /// <summary>Done.</summary>
    Completed,

    /// <summary>Called off.</summary>
    Canceled,

    /// <summary>Labels were put on it or taken off.</summary>
    LabelsAdjusted,

    /// <summary>Someone wrote a comment on it.</summary>
    CommentCreated,
}
