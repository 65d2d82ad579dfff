using System.CommandLine;
using EventBus.Operations.Broker;
using EventBus.Operations.Overview;

namespace EventBus.Cli;

/// <summary><c>eventbus queues list</c>.</summary>
static class QueuesCommand
{
    public static Command Create() => new("queues", "Queues: what waits on the broker, and what consumers have taken from it and not finished.")
    {
        StoredCommand.Create("list", "Every queue, the broker's nodes and their alarms.", [StoredCommand.Json], async (parsed, database, cancellationToken) =>
        {
            using var client = BrokerClient.Create(StoredCommand.Configuration);
            using var watch = new BrokerWatch(client, TimeProvider.System);
            using var situations = new SituationRoom(database, TimeProvider.System);
            var view = await new QueueRoom(watch, situations, database).LookAsync(cancellationToken);
            if (view.Broker?.Trouble is { } trouble)
            {
                throw new BrokerUnavailableException(trouble);
            }

            if (parsed.GetValue(StoredCommand.Json))
            {
                Terminal.Json(new { broker = client.IsThere, view.Broker?.Nodes, view.Queues, view.Lanes, view.Unrouted });
                return 0;
            }

            await WriteAsync(view);
            return 0;
        }),
    };

    static async Task WriteAsync(QueueView view)
    {
        if (view.Broker is null)
        {
            await Console.Out.WriteLineAsync("There is no broker: everything is in one process. What waits there, by consumer and partition:");
            Terminal.Table(["Lane", "Waiting", "Oldest"], view.Lanes.Select(l => (object?[])[l.Lane, l.Waiting, Terminal.Time(l.Oldest)]));
            return;
        }

        Terminal.Table(
            ["Node", "State", "Memory", "of", "Free disk", "limit"],
            (view.Broker.Nodes ?? []).Select(n => (object?[])[n.Name, n.Trouble ?? "running, no alarm", Size(n.Memory), Size(n.MemoryLimit), Size(n.Disk), Size(n.DiskLimit)]));
        Terminal.Table(
            ["Queue", "State", "Ready", "Unacked", "In/s", "Out/s", "In work", "Oldest", "Consumers", "Ahead", "Leader", "Members", "Deliveries", "Dead letters"],
            view.Queues.Select(f => (object?[])
            [
                f.Queue.Name, f.Queue.Trouble ?? f.Queue.State, f.Queue.Ready, f.Queue.Unacknowledged, $"{f.Queue.In:0.#}", $"{f.Queue.Out:0.#}", f.Stored, Terminal.Time(f.Oldest), f.Queue.Consumers, f.Queue.Prefetch,
                f.Queue.Leader, f.Queue.Members.Count == 0 ? "" : $"{f.Queue.Online.Count} of {f.Queue.Members.Count}", f.Queue.DeliveryLimit, f.Queue.DeadLetters,
            ]));
        await Console.Out.WriteLineAsync($"{view.Unrouted} events of the last hour were unrouted: eventbus events find --unrouted --from 1h");
    }

    static string Size(long? bytes) => bytes is { } b ? $"{b / 1_000_000} MB" : "";
}
