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
    static readonly ClosedSet<CommandChange> Changes = new();

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
    public string Command => What.Split('.') is [var command, _, ..] ? command : PayloadPath.First(Data, "command") ?? "";

    /// <summary>Whether it is about to happen or has happened.</summary>
    public CommandPhase Phase => Step.Split('_', 2)[0] switch
    {
        "pre" => CommandPhase.Pre,
        "post" => CommandPhase.Post,
        _ => CommandPhase.Other,
    };

    /// <summary>What happens to the command, before or after which the event comes.</summary>
    public CommandChange Change => Changes.Of(Action);

    /// <summary>The type's word for it: <c>enter_in_error</c>, or one that is newer than <see cref="CommandChange"/>.</summary>
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

/// <summary>What can happen to a command.</summary>
public enum CommandChange
{
    /// <summary>Something else; <see cref="CommandEvent.Action"/> has the word.</summary>
    Other,

    /// <summary>It comes into its note.</summary>
    Originate,

    /// <summary>Its fields change.</summary>
    Update,

    /// <summary>It is committed.</summary>
    Commit,

    /// <summary>It is deleted.</summary>
    Delete,

    /// <summary>It is marked as entered in error.</summary>
    EnterInError,

    /// <summary>An action that it offers is executed.</summary>
    ExecuteAction,

    /// <summary>It was committed, and its whole life is told.</summary>
    Completed,

    /// <summary>Something was announced, and does not follow.</summary>
    Stalled,

    /// <summary>Its steps came in an order that cannot be.</summary>
    Irregular,
}
