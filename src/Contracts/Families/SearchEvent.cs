using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace EventBus.Contracts;

/// <summary>
/// A search in a field of a command: before it, after it, or a result selected. Types are written <c>*.search.#</c>,
/// <c>canvas.search.prescribe.prescribe.post_search</c>: source, family, command, field and stage.
/// </summary>
[JsonConverter(typeof(EventJsonConverter<SearchEvent>))]
public sealed record SearchEvent : CloudEvent
{
    static readonly ClosedSet<SearchStage> Stages = new();

    /// <summary>Starts an event of our own; source and type have to be given.</summary>
    public SearchEvent()
    {
    }

    [SetsRequiredMembers]
    internal SearchEvent(CloudEvent original)
        : base(original)
    {
    }

    /// <summary>Which command: <c>prescribe</c>.</summary>
    public string Command => What.Split('.') is [var command, _, ..] ? command : "";

    /// <summary>Which field of it: <c>medication</c>.</summary>
    public string Field => What.Split('.') is [_, var name, _, ..] ? name : "";

    /// <summary>How far it is.</summary>
    public SearchStage Stage => Stages.Of(What[(What.LastIndexOf('.') + 1)..]);

    /// <summary>What was typed, where the payload has it.</summary>
    public string? SearchTerm => PayloadPath.First(Data, "context.search_term");
}

/// <summary>The stages of a search.</summary>
public enum SearchStage
{
    /// <summary>Something else; <see cref="CloudEvent.NativeType"/> has the sender's word.</summary>
    Other,

    /// <summary>Before it.</summary>
    PreSearch,

    /// <summary>The first results are there.</summary>
    PostSearch,

    /// <summary>A result was selected.</summary>
    Selected,
}
