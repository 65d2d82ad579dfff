using EventBus.Operations.Overview;
using EventBus.Storage;

namespace EventBus.Operations.Broker;

/// <summary>Looks at the queues, and at what waits behind them in the storage.</summary>
public sealed class QueueRoom(BrokerWatch watch, SituationRoom situations, Database database)
{
    /// <summary>How they do, not older than two seconds.</summary>
    public async Task<QueueView> LookAsync(CancellationToken cancellationToken = default)
    {
        var (broker, lanes) = (await watch.LookAsync(cancellationToken), await new WaitingLanes(database).ListAsync(cancellationToken));
        var stored = lanes.ToDictionary(l => l.Lane.Replace('/', '.'), StringComparer.Ordinal);
        var queues = (broker?.Queues ?? []).Where(q => !q.IsTransient)
            .Select(q => stored.GetValueOrDefault(q.Name) is { } lane ? new QueueFigures(q, q.HeadAt ?? lane.Oldest, lane.Waiting) : new QueueFigures(q, q.HeadAt, 0));
        return new QueueView(broker, [.. queues], lanes, (await situations.LookAsync(cancellationToken)).Unrouted);
    }
}

/// <summary>How queues do.</summary>
/// <param name="Broker">How the broker does; null where there is none.</param>
/// <param name="Queues">Its queues, by name, without those that end with a process.</param>
/// <param name="Lanes">What waits in the storage.</param>
/// <param name="Unrouted">Events of the last hour that no consumer had asked for.</param>
public sealed record QueueView(BrokerView? Broker, IReadOnlyList<QueueFigures> Queues, IReadOnlyList<WaitingLane> Lanes, long Unrouted);

/// <summary>How a queue does.</summary>
/// <param name="Queue">What the broker says of it.</param>
/// <param name="Oldest">
/// Since when its oldest event waits, in milliseconds since 1970-01-01 UTC: the first message's time where the broker says so, else that of the oldest delivery that the
/// consumer has stored from it and not finished.
/// </param>
/// <param name="Stored">Deliveries that the consumer has stored from it and not finished.</param>
public sealed record QueueFigures(BrokerQueue Queue, long? Oldest, long Stored);
