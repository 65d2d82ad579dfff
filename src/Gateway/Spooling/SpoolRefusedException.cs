namespace EventBus.Gateway.Spooling;

/// <summary>Neither the broker nor the spool takes an event.</summary>
sealed class SpoolRefusedException(string message, Exception? inner = null) : Exception(message, inner);
