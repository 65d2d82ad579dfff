namespace EventBus.Delivery;

/// <summary>The consumers that deliver to endpoints, by the names that <see cref="EndpointOptions.Consumer"/> uses.</summary>
public static class DeliveringConsumers
{
    /// <summary>Appointments, of every source.</summary>
    public const string Appointments = "Appointments";

    /// <summary>Commands in notes.</summary>
    public const string CommandLifecycle = "CommandLifecycle";

    /// <summary>Treatments and hospitalizations.</summary>
    public const string Treatments = "Treatments";

    /// <summary>Events of any family.</summary>
    public const string Webhooks = "Webhooks";

    /// <summary>What workflows send.</summary>
    public const string Workflows = "Workflows";

    /// <summary>The source of what workflows send; their endpoints take nothing else, so that no sender can address them.</summary>
    public const string WorkflowSource = "/eventbus/workflows";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Appointments, CommandLifecycle, Treatments, Webhooks, Workflows];
}
