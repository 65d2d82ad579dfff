using System.Data.Common;
using System.Globalization;
using Dapper;
using EventBus.Operations.Broker;
using EventBus.Publisher.Topology;
using EventBus.Storage;

namespace EventBus.Operations.Alerts;

/// <summary>Which consumers nobody works for, by their lanes in the storage and their queues on the broker.</summary>
sealed class ConsumerCauses
{
    /// <summary>How long nothing may be heard of who works for a consumer: longer than its lanes are kept for it (10 s).</summary>
    public static readonly TimeSpan Silent = TimeSpan.FromSeconds(12);

    /// <summary>How long nobody may work for a consumer that has stopped as it was asked to; it may be starting again.</summary>
    public static readonly TimeSpan Stopped = TimeSpan.FromSeconds(30);

    /// <summary>How long nobody may read a queue.</summary>
    public static readonly TimeSpan Unread = TimeSpan.FromSeconds(8);

    /// <summary>A lane is held for so long after it was last heard of its owner.</summary>
    static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);

    readonly Dictionary<string, long> _stopped = new(StringComparer.Ordinal);
    readonly Dictionary<string, long> _unread = new(StringComparer.Ordinal);

    /// <summary>What is wrong.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="broker">How the broker does; null where that is not known.</param>
    /// <param name="now">The database's clock.</param>
    /// <param name="watchingSince">Since when it has been looked without a break: nobody is missed for what may be the storage's own absence.</param>
    /// <param name="open">The causes that have an open alert: those are not over because a watcher has begun anew.</param>
    public async Task<IReadOnlyList<Cause>> ReadAsync(DbConnection connection, BrokerView? broker, long now, long watchingSince, IReadOnlySet<string> open)
    {
        var consumers = (await connection.QueryAsync<(string Name, long Partitions, long? Until)>(
            $"""
            SELECT c.name, CAST(max(c.partitions) AS BIGINT), (SELECT max(l.expires_at) FROM lanes l WHERE {LaneNames.AreOf("c.name", "l.name")} AND l.owner IS NOT NULL)
            FROM consumers c GROUP BY c.name
            """)).AsList();
        Track(_stopped, consumers.Where(c => c.Until is null).Select(c => c.Name), now);
        var causes = new List<Cause>();
        foreach (var (name, _, until) in consumers.Where(c => c.Until is null || c.Until <= now))
        {
            var since = until is { } end ? end - Causes.Ms(Lease) : _stopped[name];
            var isGone = until is null ? now - since >= Causes.Ms(Stopped) : now - since >= Causes.Ms(Silent) && now - watchingSince >= Causes.Ms(Silent);
            if (isGone || IsOpen(name))
            {
                causes.Add(new Cause(AlertKind.Consumer, name, $"No process works for the consumer {name}: its events wait. If it is gone for good, forget it: eventbus consumers forget {name}.", since));
            }
        }

        // What the broker does not say is as it was.
        if (broker is not null)
        {
            Track(_unread, Queues(consumers, broker).Where(q => q.Consumers == 0).Select(q => q.Name), now);
        }

        causes.AddRange(_unread.Where(u => now - u.Value >= Causes.Ms(Unread) || IsOpen(BrokerQueue.ConsumerOf(u.Key))).GroupBy(u => BrokerQueue.ConsumerOf(u.Key), StringComparer.Ordinal)
            .Where(g => causes.TrueForAll(c => c.Target != g.Key)).ToList()
            .ConvertAll(g => new Cause(
                AlertKind.Consumer, g.Key, $"Nobody reads {string.Join(", ", g.Select(u => u.Key).Order(StringComparer.Ordinal))} on the broker: what comes waits there. Is the consumer {g.Key} at work?", g.Min(u => u.Value))));
        return causes;

        bool IsOpen(string name) => open.Contains(Cause.KeyOf(AlertKind.Consumer, name));
    }

    /// <summary>The queues that have to be read: those that consumers and the archive declare, but for what they have left.</summary>
    static IEnumerable<BrokerQueue> Queues(List<(string Name, long Partitions, long? Until)> consumers, BrokerView broker)
    {
        var partitions = consumers.ToDictionary(c => c.Name, c => c.Partitions, StringComparer.Ordinal);
        return broker.Queues.Where(q => !q.IsTransient && (q.Name is TopologyNames.Archive or TopologyNames.Unrouted
            || (partitions.TryGetValue(q.Consumer, out var count) && (q.Name == TopologyNames.DeadLetterQueue(q.Consumer)
                || (long.TryParse(q.Name[(q.Consumer.Length + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < count)))));
    }

    /// <summary>Keeps since when each is there.</summary>
    static void Track(Dictionary<string, long> since, IEnumerable<string> there, long now)
    {
        var names = there.ToHashSet(StringComparer.Ordinal);
        foreach (var gone in since.Keys.Except(names, StringComparer.Ordinal).ToList())
        {
            since.Remove(gone);
        }

        foreach (var name in names)
        {
            since.TryAdd(name, now);
        }
    }
}
