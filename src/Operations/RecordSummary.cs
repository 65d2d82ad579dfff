namespace EventBus.Operations;

/// <summary>What a consumer knows of a thing that events are about, without anything of a patient.</summary>
/// <param name="Kind">What it is: see <see cref="Records.Kinds"/>.</param>
/// <param name="Key">What it is known by: a hash of tenant, source and the thing's own id.</param>
/// <param name="UpdatedAt">When something came of it last, in milliseconds since 1970-01-01 UTC.</param>
/// <param name="Status">How it stands; null where nothing has said so yet.</param>
/// <param name="Tenant">The clinic or instance.</param>
/// <param name="Source">The sender.</param>
/// <param name="Command">Which kind of command; null where it is none, or nothing has said so.</param>
/// <param name="Told">What was told of it: stalled, irregular, completed.</param>
public sealed record RecordSummary(string Kind, string Key, long UpdatedAt, string? Status, string? Tenant, string? Source, string? Command, IReadOnlyList<string> Told)
{
    /// <summary>What the next page begins behind.</summary>
    public string Cursor => $"{UpdatedAt}-{Key}";
}

/// <summary>One thing that happened to it.</summary>
/// <param name="At">When it was accepted, in milliseconds since 1970-01-01 UTC.</param>
/// <param name="What">What it was, in the words that say nothing of a patient.</param>
public sealed record RecordStep(long At, string What);

/// <summary>A command that stalls, or took an impossible turn, as it was told.</summary>
/// <param name="Cursor">Where a page ends that ends with it: <see cref="EventBus.Storage.EventCursor"/>.</param>
/// <param name="EventKey">The event that told it.</param>
/// <param name="Key">The command's record.</param>
/// <param name="Kind">stalled or irregular.</param>
/// <param name="At">When it was told, in milliseconds since 1970-01-01 UTC.</param>
/// <param name="Tenant">The clinic or instance.</param>
/// <param name="Command">Which kind of command.</param>
/// <param name="Reason">Why, in words.</param>
/// <param name="Status">How the command stands now; null where its record is gone.</param>
public sealed record CommandFinding(string Cursor, string EventKey, string Key, string Kind, long At, string? Tenant, string? Command, string? Reason, string? Status);
