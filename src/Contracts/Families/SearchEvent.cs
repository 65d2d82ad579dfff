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

    /// <summary>When: <c>pre_search</c>, <c>post_search</c> or <c>selected</c>.</summary>
    public string Stage => What.Split('.') is [_, .., var stage] ? stage : "";

    /// <summary>What was typed, where the payload has it.</summary>
    public string? SearchTerm => PayloadPath.First(Data, "context.search_term");
}
