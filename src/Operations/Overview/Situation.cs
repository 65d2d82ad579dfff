using EventBus.Operations.Alerts;

namespace EventBus.Operations.Overview;

/// <summary>How it stands now.</summary>
/// <param name="At">When it was looked at.</param>
/// <param name="Accepted">Events accepted a second, over the last ten.</param>
/// <param name="Succeeded">Attempts that succeeded a second, over the last ten.</param>
/// <param name="Failed">Attempts that failed a second, over the last ten.</param>
/// <param name="Waiting">What waits at consumers and endpoints, up to <see cref="Minutes.MaxWaiting"/>.</param>
/// <param name="Oldest">Since when the oldest of it does.</param>
/// <param name="Difference">Accepted events of the last hour that nothing is known of; null where the ledger was not counted within the last minutes.</param>
/// <param name="Groups">Failures by cause that wait for a decision, the largest first.</param>
/// <param name="Endpoints">Every endpoint.</param>
/// <param name="Unrouted">Events of the last hour that no consumer had asked for.</param>
/// <param name="Alerts">Those that are open; first those that nobody looks after.</param>
/// <param name="Hosts">Every process, as it said of itself.</param>
public sealed record Situation(
    DateTimeOffset At, double Accepted, double Succeeded, double Failed, long Waiting, DateTimeOffset? Oldest, long? Difference, IReadOnlyList<DeadLetterGroup> Groups,
    IReadOnlyList<EndpointSummary> Endpoints, long Unrouted, IReadOnlyList<Alert> Alerts, IReadOnlyList<HostSummary> Hosts)
{
    /// <summary>Endpoints that take nothing now, or fail.</summary>
    public IEnumerable<EndpointSummary> Unhealthy => Endpoints.Where(e => e.State != "enabled" || e.FailingSince is not null);

    /// <summary>Failures that are not silenced.</summary>
    public IEnumerable<DeadLetterGroup> Alarming => Groups.Where(g => !g.IsSilent(At));
}
