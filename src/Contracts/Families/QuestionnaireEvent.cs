using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace EventBus.Contracts;

/// <summary>A questionnaire or a form: started, submitted, reviewed. Types are written <c>*.questionnaire.#</c>.</summary>
[JsonConverter(typeof(EventJsonConverter<QuestionnaireEvent>))]
public sealed record QuestionnaireEvent : CloudEvent
{
    /// <summary>Starts an event of our own; source and type have to be given.</summary>
    public QuestionnaireEvent()
    {
    }

    [SetsRequiredMembers]
    internal QuestionnaireEvent(CloudEvent original)
        : base(original)
    {
    }
}
