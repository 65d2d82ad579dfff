using System.Text.Json;
using System.Text.Json.Serialization;
using EventBus.Contracts;

namespace EventBus.Consumers.Treatments;

/// <summary>A hospitalization, as all that came of it says: how it stands, and what is on its flow sheet.</summary>
sealed record HospitalizationRecord
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>The clinic it belongs to.</summary>
    public string? Tenant { get; init; }

    /// <summary>The sender.</summary>
    public required string Source { get; init; }

    /// <summary>The patient, where an event has said so.</summary>
    public string? Patient { get; init; }

    /// <summary>How it stands; null as long as only its treatments are known.</summary>
    public HospitalizationStatus? Status { get; init; }

    /// <summary>When the discharge was accepted that closed it, in milliseconds since 1970-01-01 UTC; null while it is open.</summary>
    public long? ClosedAt { get; init; }

    /// <summary>What is on its flow sheet, and what was taken off it.</summary>
    public IReadOnlyList<FlowSheetEntry> Entries { get; init; } = [];

    /// <summary>The entry of a kind with an id.</summary>
    public FlowSheetEntry? Find(string kind, string id) => Entries.FirstOrDefault(e => e.Kind == kind && e.Id == id);

    /// <summary>Reads a history anew.</summary>
    /// <param name="known">Which hospitalization it is.</param>
    /// <param name="history">What happened, in the order of acceptance, each with its time.</param>
    public static HospitalizationRecord Read(HospitalizationRecord known, IEnumerable<(long At, FlowSheetStep Step)> history)
    {
        var record = known with { Status = null, ClosedAt = null, Entries = [] };
        var entries = new Dictionary<(string, string), FlowSheetEntry>();
        foreach (var (at, step) in history)
        {
            if (step.IsStay)
            {
                var stay = HospitalizationStay.Read(step.Data);
                var status = step.Status switch
                {
                    "discharged" => HospitalizationStatus.Discharged,
                    "created" => stay.Status ?? HospitalizationStatus.Active,
                    _ => stay.Status ?? record.Status,
                };
                record = record with { Status = status, ClosedAt = status == HospitalizationStatus.Discharged ? record.ClosedAt ?? at : null, Patient = stay.PatientId ?? record.Patient };
            }
            else
            {
                var before = entries.GetValueOrDefault((step.Kind, step.Id));
                entries[(step.Kind, step.Id)] = new FlowSheetEntry(step.Kind, step.Id, step.Status, at, record.ClosedAt is not null, (before?.Changes ?? 0) + 1, step.Data);
            }
        }

        return record with { Entries = [.. entries.Values] };
    }
}

/// <summary>How one thing on a flow sheet stands.</summary>
/// <param name="Kind">What it is: <c>treatment</c>, <c>note</c>, <c>anesthetic</c>, <c>form</c>.</param>
/// <param name="Id">Its id.</param>
/// <param name="Status">The sender's word for what happened to it last; <c>removed</c>: it was taken off.</param>
/// <param name="At">When that was accepted, in milliseconds since 1970-01-01 UTC.</param>
/// <param name="AfterDischarge">Whether the hospitalization was closed by then.</param>
/// <param name="Changes">How often it came.</param>
/// <param name="Data">All that was sent of it last.</param>
sealed record FlowSheetEntry(string Kind, string Id, string? Status, long At, bool AfterDischarge, int Changes, JsonElement Data);

/// <summary>One thing that happened to a hospitalization, as its history keeps it.</summary>
/// <param name="Kind">What it happened to.</param>
/// <param name="Id">That thing's id.</param>
/// <param name="Status">The sender's word for it.</param>
/// <param name="Data">All that was sent.</param>
sealed record FlowSheetStep(string Kind, string Id, string? Status, JsonElement Data)
{
    /// <summary>Whether it is about the hospitalization itself; else about a thing on its flow sheet.</summary>
    [JsonIgnore]
    public bool IsStay => FlowSheetKind.Find(Kind) is { IsStay: true };

    public static FlowSheetStep Of(FlowSheetItem item) => new(item.Kind.Word, item.Id!, item.Status, item.Data);
}

/// <summary>Something of a clinic's that was imported: an item of its inventory, one of its staff.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Tenant">The clinic.</param>
/// <param name="Source">The sender.</param>
/// <param name="At">When it was accepted, in milliseconds since 1970-01-01 UTC.</param>
/// <param name="Data">All that was sent of it last.</param>
sealed record ImportedRecord(string Id, string? Tenant, string Source, long At, JsonElement Data);

[JsonSerializable(typeof(HospitalizationRecord))]
[JsonSerializable(typeof(List<FlowSheetStep>))]
[JsonSerializable(typeof(ImportedRecord))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(RawPayload)], MaxDepth = RawPayload.MaxDepth)]
sealed partial class TreatmentsJson : JsonSerializerContext;
