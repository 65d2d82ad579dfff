namespace EventBus.Consumers.Workflows.Expressions;

/// <summary>A step cannot be done; the message says why, for operators, without values of events.</summary>
sealed class StepFailedException(string message) : Exception(message);
