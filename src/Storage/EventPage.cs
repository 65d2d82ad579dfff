namespace EventBus.Storage;

/// <summary>Some of the events that were looked for, the newest first.</summary>
/// <param name="Events">Those that were found, without their bodies.</param>
/// <param name="Next">Where to look on; null where all was looked through.</param>
public sealed record EventPage(IReadOnlyList<StoredEvent> Events, EventCursor? Next);

/// <summary>How much was selected.</summary>
/// <param name="Total">How many events.</param>
/// <param name="Subjects">How many subjects they have. A subject is one within a tenant and source.</param>
/// <param name="FirstSubjects">The first of these by name.</param>
/// <param name="First">The event that was accepted first, without its body; null where there is none.</param>
/// <param name="Last">The one that was accepted last.</param>
public sealed record EventSelection(long Total, long Subjects, IReadOnlyList<string> FirstSubjects, StoredEvent? First, StoredEvent? Last);
