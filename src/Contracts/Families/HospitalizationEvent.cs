using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventBus.Contracts;

/// <summary>A patient's stay at a clinic: admitted, discharged. Types that end in <c>_batch</c> carry several. Types are written <c>*.hospitalization.#</c>.</summary>
[JsonConverter(typeof(EventJsonConverter<HospitalizationEvent>))]
public sealed record HospitalizationEvent : CloudEvent
{
    const string Batch = "_batch";

    static readonly ClosedSet<HospitalizationChange> Changes = new();

    /// <summary>Starts an event of our own; source and type have to be given.</summary>
    public HospitalizationEvent()
    {
    }

    [SetsRequiredMembers]
    internal HospitalizationEvent(CloudEvent original)
        : base(original)
    {
    }

    /// <summary>What happened.</summary>
    public HospitalizationChange Change => Changes.Of(IsBatch ? What[..^Batch.Length] : What);

    /// <summary>Whether the sender has sent several at once; there may still be just one in it.</summary>
    public bool IsBatch => What.EndsWith(Batch, StringComparison.Ordinal);

    /// <summary>The stays that it is about; none where the payload has another form.</summary>
    public IReadOnlyList<HospitalizationStay> Stays => Data is not { } data ? [] : PayloadPath.Find(data, "object.hospitalizations") switch
    {
        { ValueKind: JsonValueKind.Array } several => [.. several.EnumerateArray().Where(s => s.ValueKind == JsonValueKind.Object).Select(HospitalizationStay.Read)],
        null when PayloadPath.Find(data, "object") is { ValueKind: JsonValueKind.Object } one => [HospitalizationStay.Read(one)],
        _ => [],
    };
}

/// <summary>What can happen to a hospitalization.</summary>
public enum HospitalizationChange
{
    /// <summary>Something else; <see cref="CloudEvent.NativeType"/> has the sender's word.</summary>
    Other,

    /// <summary>Admitted.</summary>
    Created,

    /// <summary>Left the clinic.</summary>
    Discharged,
}
