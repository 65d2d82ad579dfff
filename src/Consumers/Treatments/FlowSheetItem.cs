using System.Text.Json;
using EventBus.Contracts;

namespace EventBus.Consumers.Treatments;

/// <summary>One thing that an event of a flow sheet is about.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Id">Its own id.</param>
/// <param name="Stay">The hospitalization that it belongs to; null for what belongs to the clinic.</param>
/// <param name="Status">The sender's word for what happened to it: of a hospitalization the event's, of others the thing's own.</param>
/// <param name="Data">All that was sent of it.</param>
/// <param name="Place">Where it stands among those of its event.</param>
/// <param name="Path">Where it stands in the payload.</param>
/// <param name="Missing">The field without which it cannot be kept; null where nothing is missing.</param>
sealed record FlowSheetItem(FlowSheetKind Kind, string? Id, string? Stay, string? Status, JsonElement Data, int Place, string Path, string? Missing)
{
    /// <summary>
    /// What an event is about, in the order in which it is applied: what was removed comes first, since a sender may name the removal and the new entry of one thing in
    /// either order. By the event's name, since the payload's <c>objectType</c> is not to be trusted.
    /// </summary>
    public static IReadOnlyList<FlowSheetItem> Read(CloudEvent @event)
    {
        if (@event.NativeType?.Split('.') is not [var about, .., var what] || FlowSheetKind.Find(about) is not { } kind
            || @event.Data is not { } payload || PayloadPath.Find(payload, "object") is not { ValueKind: JsonValueKind.Object } body)
        {
            return [];
        }

        if (about == kind.Word)
        {
            return [Read(kind, what, body, 0, "object")];
        }

        return body.TryGetProperty(kind.Plural, out var several) && several.ValueKind == JsonValueKind.Array
            ? [.. several.EnumerateArray().Select((data, place) => Read(kind, what, data, place, $"object.{kind.Plural}[{place}]")).OrderBy(i => i.Status == "removed" ? 0 : 1)]
            : [];
    }

    static FlowSheetItem Read(FlowSheetKind kind, string what, JsonElement data, int place, string path)
    {
        var id = kind.IdFields.Select(f => PayloadPath.First(data, f)).FirstOrDefault(i => i is not null);
        var stay = !kind.IsOfStay ? null : kind.IsStay ? id : PayloadPath.First(data, "hospitalizationId");
        var missing = id is null ? kind.IdFields[0] : kind.IsOfStay && stay is null ? "hospitalizationId" : null;
        return new FlowSheetItem(kind, id, stay, kind.IsStay ? what : PayloadPath.First(data, "status"), data, place, path, missing);
    }
}

/// <summary>A kind of thing on a flow sheet.</summary>
/// <param name="Word">The sender's word for one.</param>
/// <param name="Plural">The sender's word for several.</param>
/// <param name="IdFields">Where its id stands; the first that is there counts.</param>
/// <param name="IsOfStay">Whether it belongs to a hospitalization; else to the clinic.</param>
sealed record FlowSheetKind(string Word, string Plural, string[] IdFields, bool IsOfStay)
{
    static readonly FlowSheetKind[] All =
    [
        new("hospitalization", "hospitalizations", ["hospitalizationId", "hospitalizationGuid"], true),
        new("treatment", "treatments", ["treatmentGuid"], true),
        new("note", "notes", ["noteGuid"], true),
        new("anesthetic", "anesthetics", ["surgeryGuid"], true),
        new("form", "forms", ["formGuid"], true),
        new("inventoryitem", "inventoryitems", ["id"], false),
        new("medic", "medics", ["medicId"], false),
    ];

    /// <summary>Whether it is the hospitalization itself.</summary>
    public bool IsStay => Word == "hospitalization";

    /// <summary>The kind that the first word of an event's name means; null where it is none of these.</summary>
    public static FlowSheetKind? Find(string word) => Array.Find(All, k => k.Word == word || k.Plural == word);
}
