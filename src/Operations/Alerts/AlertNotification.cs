namespace EventBus.Operations.Alerts;

/// <summary>What somebody is told.</summary>
/// <param name="Id">Its number: the same each time that it is tried.</param>
/// <param name="Transition">What became of the alert: <c>raised</c>, <c>reminded</c> or <c>resolved</c>.</param>
/// <param name="At">When it did.</param>
/// <param name="Alert">The alert, as it is now.</param>
public sealed record AlertNotification(long Id, string Transition, DateTimeOffset At, Alert Alert);
