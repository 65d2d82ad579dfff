using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace EventBus.Contracts;

/// <summary>
/// A step in the life of a command in a note (prescribe, plan, …), before or after it happens. Types are written <c>*.command.#</c>,
/// <c>canvas.command.prescribe.post_commit</c>: source, family, command, phase and action.
/// </summary>
[JsonConverter(typeof(EventJsonConverter<CommandEvent>))]
public sealed record CommandEvent : CloudEvent
{
    /// <summary>Starts an event of our own; source and type have to be given.</summary>
    public CommandEvent()
    {
    }

    [SetsRequiredMembers]
    internal CommandEvent(CloudEvent original)
        : base(original)
    {
    }

    /// <summary>Which command: <c>prescribe</c>; <see cref="AnyCommand"/> for the events that are sent for every command.</summary>
    public string Command => What.Split('.') is [var command, _, ..] ? command : "";

    /// <summary>Whether it is about to happen or has happened.</summary>
    public CommandPhase Phase => Step.Split('_', 2)[0] switch
    {
        "pre" => CommandPhase.Pre,
        "post" => CommandPhase.Post,
        _ => CommandPhase.Other,
    };

    /// <summary>What happens to the command: <c>originate</c>, <c>update</c>, <c>commit</c>, <c>delete</c>, <c>enter_in_error</c>, <c>execute_action</c>, or a newer one.</summary>
    public string Action => Phase == CommandPhase.Other ? Step : Step[(Step.IndexOf('_', StringComparison.Ordinal) + 1)..];

    /// <summary>The command's id, where the payload has one.</summary>
    public string? CommandId => PayloadPath.First(Data, "target");

    /// <summary>The note that the command stands in, where the payload has one.</summary>
    public string? NoteId => PayloadPath.First(Data, "context.note.uuid");

    /// <summary>The patient, where the payload names one.</summary>
    public string? PatientId => PayloadPath.First(Data, "context.patient.id");

    /// <summary>The value of <see cref="Command"/> in events that are sent for every command.</summary>
    public const string AnyCommand = "any";

    string Step => What.Split('.') is [.., var step] ? step : "";
}

/// <summary>On which side of the action a command event stands.</summary>
public enum CommandPhase
{
    /// <summary>The type does not say.</summary>
    Other,

    /// <summary>Before the action; it can still be refused.</summary>
    Pre,

    /// <summary>After the action.</summary>
    Post,
}
