namespace EventBus.OperatorConsole.Access;

/// <summary>Marks the few routes that are there for who is not signed in.</summary>
sealed class OpenToAll;
