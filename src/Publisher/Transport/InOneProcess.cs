namespace EventBus.Publisher.Transport;

/// <summary>Registered where publishers and consumers share one process and its log, and there is no broker between them.</summary>
public sealed class InOneProcess;
