namespace EventBus.Consumers.Workflows;

/// <summary>Settings under <c>EventBus:Workflows</c>.</summary>
public sealed class WorkflowOptions
{
    /// <summary>Where the workflows' files are; without it there are none.</summary>
    public string? Directory { get; set; }

    /// <summary>How long after its limit a wait for an event is decided, since events that were accepted in time may be on their way; 2 seconds unless set.</summary>
    public TimeSpan Settle { get; set; } = TimeSpan.FromSeconds(2);
}
