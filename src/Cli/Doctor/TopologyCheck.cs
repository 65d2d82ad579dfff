using EventBus.Operations.Broker;
using EventBus.Storage;

namespace EventBus.Cli.Doctor;

/// <summary>Whether everything is on the broker that hosts declare, and every queue is read.</summary>
static class TopologyCheck
{
    const string Part = "topology";
    const int Named = 5;

    public static async Task RunAsync(BrokerClient client, Database database, Findings findings, CancellationToken cancellationToken)
    {
        try
        {
            var things = await new TopologyDesk(client, database, TimeProvider.System).LookAsync(cancellationToken);
            foreach (var group in things.Where(t => t.Standing != TopologyStanding.Stale).GroupBy(t => (t.Standing, t.Note)))
            {
                findings.Wrong(Part, $"{(group.Key.Standing == TopologyStanding.Missing ? "Missing" : "Different")}: {Names([.. group.Select(t => t.Title)])}", group.Key.Note);
            }

            if (things.Where(t => t.Standing == TopologyStanding.Stale).Select(t => t.Title).ToList() is { Count: > 0 } stale)
            {
                findings.Look(Part, $"Stale: {Names(stale)}", "eventbus topology show, then prune.");
            }

            var silent = (await client.QueuesAsync(cancellationToken)).Where(q => !q.IsTransient && q.Trouble is not null).ToList();
            foreach (var group in silent.GroupBy(q => q.Trouble!, StringComparer.Ordinal))
            {
                findings.Wrong(Part, $"{group.Key}: {Names([.. group.Select(q => q.Name)])}", "Start what reads it, or the nodes that are away; eventbus queues list shows all.");
            }

            if (things.Count == 0 && silent.Count == 0)
            {
                findings.Well(Part, "All is as declared, and every queue is read");
            }
        }
        catch (BrokerUnavailableException)
        {
            findings.Look(Part, "It was not looked at, since the management API does not answer", "See above.");
        }
    }

    static string Names(List<string> names) => $"{string.Join(", ", names.Take(Named))}{(names.Count > Named ? $" and {names.Count - Named} more" : "")}";
}
