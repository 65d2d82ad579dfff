using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace EventBus.Contracts;

/// <summary>A questionnaire or a form: started, submitted, reviewed. Types are written <c>*.questionnaire.#</c>.</summary>
[JsonConverter(typeof(EventJsonConverter<QuestionnaireEvent>))]
public sealed record QuestionnaireEvent : CloudEvent
{
    static readonly ClosedSet<QuestionnaireChange> Changes = new();

    /// <summary>Starts an event of our own; source and type have to be given.</summary>
    public QuestionnaireEvent()
    {
    }

    [SetsRequiredMembers]
    internal QuestionnaireEvent(CloudEvent original)
        : base(original)
    {
    }

    /// <summary>What happened to the questionnaire or the form.</summary>
    public QuestionnaireChange Change => Changes.Of(What);

    /// <summary>The patient, where the payload names one.</summary>
    public string? PatientId => PatientPaths.Find(this);
}

/// <summary>What can happen to a questionnaire or a form.</summary>
public enum QuestionnaireChange
{
    /// <summary>Something else; <see cref="CloudEvent.NativeType"/> has the sender's word.</summary>
    Other,

    /// <summary>A patient began to answer a questionnaire.</summary>
    Started,

    /// <summary>A patient handed in the answers to a questionnaire.</summary>
    Submitted,

    /// <summary>Staff looked through the answers.</summary>
    Reviewed,

    /// <summary>Someone handed in a web form, such as one for booking; no questionnaire.</summary>
    FormSubmitted,

    /// <summary>Forms were filled in for hospitalizations.</summary>
    FormsCreated,

    /// <summary>Such forms changed, were finalized or deleted.</summary>
    FormsUpdated,
}
