namespace EventBus.Operations.Broker;

/// <summary>The broker was asked and did not answer, or not what was asked for; the message says why, and what to do.</summary>
public sealed class BrokerUnavailableException(string message) : OperationRefusedException(message);
