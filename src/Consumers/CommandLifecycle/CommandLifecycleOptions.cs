namespace EventBus.Consumers.CommandLifecycle;

/// <summary>Settings under <c>EventBus:CommandLifecycle</c>.</summary>
public sealed class CommandLifecycleOptions
{
    /// <summary>How long an action may take from its PRE to its POST event, where <see cref="ActionLimits"/> does not have it; 1 minute unless set.</summary>
    public TimeSpan ActionLimit { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The same for single actions: <c>EventBus__CommandLifecycle__ActionLimits__commit=00:05:00</c>.</summary>
    public IDictionary<string, TimeSpan> ActionLimits { get; } = new Dictionary<string, TimeSpan>(StringComparer.OrdinalIgnoreCase);

    /// <summary>How long a command may stand in a note, neither committed nor deleted; 24 hours unless set.</summary>
    public TimeSpan OpenLimit { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How long nothing may have come of a command before its history is read, since its events come over several partitions; 2 seconds unless set.</summary>
    public TimeSpan Settle { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long an action may take.</summary>
    public TimeSpan LimitOf(string action) => ActionLimits.TryGetValue(action, out var limit) ? limit : ActionLimit;
}
