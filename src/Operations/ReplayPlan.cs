using EventBus.Storage;

namespace EventBus.Operations;

/// <summary>What a replay would send.</summary>
/// <param name="Total">How many events.</param>
/// <param name="Subjects">How many subjects they have.</param>
/// <param name="FirstSubjects">The first of these by name.</param>
/// <param name="First">The first event; null where there is none.</param>
/// <param name="Last">The last event.</param>
/// <param name="UntilPosition">How far the archive was filled.</param>
public sealed record ReplayPlan(long Total, long Subjects, IReadOnlyList<string> FirstSubjects, StoredEvent? First, StoredEvent? Last, long UntilPosition);
