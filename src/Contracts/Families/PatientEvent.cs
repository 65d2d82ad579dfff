using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace EventBus.Contracts;

/// <summary>A patient, called customer by some senders: the person, the consents, the coverage. Types are written <c>*.patient.#</c>.</summary>
[JsonConverter(typeof(EventJsonConverter<PatientEvent>))]
public sealed record PatientEvent : CloudEvent
{
    static readonly ClosedSet<PatientChange> Changes = new(("signup", PatientChange.SignedUp), ("qnr_assigned", PatientChange.QuestionnaireAssigned));

    /// <summary>Starts an event of our own; source and type have to be given.</summary>
    public PatientEvent()
    {
    }

    [SetsRequiredMembers]
    internal PatientEvent(CloudEvent original)
        : base(original)
    {
    }

    /// <summary>What happened to the patient.</summary>
    public PatientChange Change => Changes.Of(What);

    /// <summary>The patient, where the payload names one.</summary>
    public string? PatientId => PatientPaths.Find(this) ?? PayloadPath.First(Data, IsOfPerson ? ["target", "_id"] : ["_id"]);

    /// <summary>Whether Canvas's target is the patient: elsewhere it is a consent, a coverage, or something that is not known yet.</summary>
    bool IsOfPerson => Change is PatientChange.Created or PatientChange.Updated;
}

/// <summary>What can happen to a patient.</summary>
public enum PatientChange
{
    /// <summary>Something else; <see cref="CloudEvent.NativeType"/> has the sender's word.</summary>
    Other,

    /// <summary>Has a record now.</summary>
    Created,

    /// <summary>Signed up.</summary>
    SignedUp,

    /// <summary>Details changed.</summary>
    Updated,

    /// <summary>Was given a questionnaire to answer.</summary>
    QuestionnaireAssigned,

    /// <summary>Gave a consent.</summary>
    ConsentCreated,

    /// <summary>A consent changed.</summary>
    ConsentUpdated,

    /// <summary>A consent was taken away.</summary>
    ConsentDeleted,

    /// <summary>Has a further insurance coverage.</summary>
    CoverageCreated,

    /// <summary>An insurance coverage changed.</summary>
    CoverageUpdated,
}
