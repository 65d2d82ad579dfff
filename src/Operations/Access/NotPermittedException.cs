namespace EventBus.Operations.Access;

/// <summary>Whoever asked may not do it.</summary>
public sealed class NotPermittedException(string message) : OperationRefusedException(message);
