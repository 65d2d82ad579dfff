namespace EventBus.Operations.Alerts;

/// <summary>How much an alert matters.</summary>
public enum AlertSeverity
{
    /// <summary>Look at it in working hours: the bus goes on by itself, or the rest of it does.</summary>
    Warning,

    /// <summary>Look at it now: events do not flow, or are unaccounted for, until somebody acts.</summary>
    Critical,
}
