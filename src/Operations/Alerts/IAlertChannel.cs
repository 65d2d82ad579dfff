namespace EventBus.Operations.Alerts;

/// <summary>A way by which somebody is told of alerts.</summary>
public interface IAlertChannel
{
    /// <summary>Its name: <c>webhook</c> or <c>mail</c>.</summary>
    string Name { get; }

    /// <summary>Tells once.</summary>
    /// <returns>Null where it was taken, else why not, in words without addresses.</returns>
    Task<string?> TellAsync(AlertNotification notification, CancellationToken cancellationToken);
}
