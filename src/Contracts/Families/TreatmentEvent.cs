using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace EventBus.Contracts;

/// <summary>What was given or measured during a hospitalization: treatments, notes, anesthetics. Types are written <c>*.treatment.#</c>.</summary>
[JsonConverter(typeof(EventJsonConverter<TreatmentEvent>))]
public sealed record TreatmentEvent : CloudEvent
{
    static readonly ClosedSet<TreatmentChange> Changes = new();
    static readonly ClosedSet<TreatmentStatus> Statuses = new();

    /// <summary>Starts an event of our own; source and type have to be given.</summary>
    public TreatmentEvent()
    {
    }

    [SetsRequiredMembers]
    internal TreatmentEvent(CloudEvent original)
        : base(original)
    {
    }

    /// <summary>What happened.</summary>
    public TreatmentChange Change => Changes.Of(What);

    /// <summary>The treatment's id, in an event of a single one.</summary>
    public string? TreatmentId => PayloadPath.First(Data, "object.treatmentGuid");

    /// <summary>The hospitalization's id, in an event of a single treatment.</summary>
    public string? HospitalizationId => PayloadPath.First(Data, "object.hospitalizationId");

    /// <summary>What happened to the treatment, in an event of a single one; null in others, where each treatment has its own.</summary>
    public TreatmentStatus? Status => StatusOf(StatusText);

    /// <summary>The sender's word for it, in an event of a single treatment.</summary>
    public string? StatusText => PayloadPath.First(Data, "object.status");

    /// <summary>What a treatment's <c>status</c> means; null where it has none.</summary>
    public static TreatmentStatus? StatusOf(string? text) => Statuses.Find(text);
}

/// <summary>What can happen on a flow sheet.</summary>
public enum TreatmentChange
{
    /// <summary>Something else; <see cref="CloudEvent.NativeType"/> has the sender's word.</summary>
    Other,

    /// <summary>One treatment was added, changed or removed.</summary>
    RecordEntered,

    /// <summary>Several treatments were; each has its status.</summary>
    RecordsEntered,

    /// <summary>Several treatments were recorded or not; each has its <c>asyncOperationStatus</c>. Published by this bus.</summary>
    RecordsProcessed,

    /// <summary>Notes were added, changed or removed; each has its status.</summary>
    NotesEntered,

    /// <summary>Anesthetic sheets were closed.</summary>
    AnestheticsFinalized,
}

/// <summary>What can happen to a treatment.</summary>
public enum TreatmentStatus
{
    /// <summary>Another word; the treatment's <c>status</c> is it.</summary>
    Other,

    /// <summary>Entered.</summary>
    Added,

    /// <summary>Entered anew.</summary>
    Changed,

    /// <summary>Taken back.</summary>
    Removed,

    /// <summary>Sent along, as it was.</summary>
    NotChanged,
}
