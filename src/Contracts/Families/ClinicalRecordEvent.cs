using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace EventBus.Contracts;

/// <summary>An entry of the clinical record: allergies, conditions, laboratory and imaging reports, vital signs and the like. Types are written <c>*.clinical_record.#</c>.</summary>
[JsonConverter(typeof(EventJsonConverter<ClinicalRecordEvent>))]
public sealed record ClinicalRecordEvent : CloudEvent
{
    static readonly ClosedSet<ClinicalRecordResource> Resources = new();
    static readonly ClosedSet<ClinicalRecordChange> Changes = new();

    /// <summary>Starts an event of our own; source and type have to be given.</summary>
    public ClinicalRecordEvent()
    {
    }

    [SetsRequiredMembers]
    internal ClinicalRecordEvent(CloudEvent original)
        : base(original)
    {
    }

    /// <summary>What kind of entry it is.</summary>
    public ClinicalRecordResource Resource => Resources.Of(ResourceText);

    /// <summary>The type's word for it: <c>lab_report</c>.</summary>
    public string ResourceText => What.LastIndexOf('.') is > 0 and var end ? What[..end] : "";

    /// <summary>What happened to the entry.</summary>
    public ClinicalRecordChange Change => Changes.Of(What[(What.LastIndexOf('.') + 1)..]);

    /// <summary>The entry's id, where the payload has one.</summary>
    public string? EntryId => PayloadPath.First(Data, "target");

    /// <summary>The patient, where the payload names one.</summary>
    public string? PatientId => PatientPaths.Find(this);
}

/// <summary>The kinds of entries of a clinical record.</summary>
public enum ClinicalRecordResource
{
    /// <summary>Another word; <see cref="ClinicalRecordEvent.ResourceText"/> has it.</summary>
    Other,

    /// <summary>An allergy or an intolerance.</summary>
    AllergyIntolerance,

    /// <summary>A condition, such as a diagnosis.</summary>
    Condition,

    /// <summary>A meeting of patient and clinic.</summary>
    Encounter,

    /// <summary>A report on images.</summary>
    ImagingReport,

    /// <summary>A vaccine that was given.</summary>
    Immunization,

    /// <summary>A vaccine that was given elsewhere, as told.</summary>
    ImmunizationStatement,

    /// <summary>An instruction to the patient.</summary>
    Instruction,

    /// <summary>Questions with the patient's answers.</summary>
    Interview,

    /// <summary>An order for a laboratory.</summary>
    LabOrder,

    /// <summary>A laboratory's report.</summary>
    LabReport,

    /// <summary>An entry of the list of medications.</summary>
    MedicationListItem,

    /// <summary>A report of someone that the patient was sent to.</summary>
    ReferralReport,

    /// <summary>A vital sign.</summary>
    VitalSign,
}

/// <summary>What can happen to an entry of the clinical record.</summary>
public enum ClinicalRecordChange
{
    /// <summary>Something else; <see cref="CloudEvent.NativeType"/> has the sender's word.</summary>
    Other,

    /// <summary>Put on the record.</summary>
    Created,

    /// <summary>Details changed.</summary>
    Updated,

    /// <summary>Looked at anew.</summary>
    Assessed,

    /// <summary>Over.</summary>
    Resolved,
}
