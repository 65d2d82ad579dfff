namespace EventBus.Operations;

/// <summary>What an operator asked for cannot be done; the message says why, without data of events.</summary>
public class OperationRefusedException(string message) : Exception(message);
