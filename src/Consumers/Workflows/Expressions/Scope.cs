using EventBus.Contracts;

namespace EventBus.Consumers.Workflows.Expressions;

/// <summary>All that conditions and templates see.</summary>
/// <param name="Trigger">The event that has started the run.</param>
/// <param name="Event">The event that a wait looks at; elsewhere the one that ended the last wait. Null where there is none.</param>
sealed record Scope(CloudEvent Trigger, CloudEvent? Event);
