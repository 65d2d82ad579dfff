using System.CommandLine;
using EventBus.Operations;
using EventBus.Operations.Access;

namespace EventBus.Cli;

/// <summary><c>eventbus hosts list|forget</c>.</summary>
static class HostsCommand
{
    static readonly Argument<string> Name = new("name") { Description = "The host." };

    public static Command Create() => new("hosts", "Hosts: the processes that run on this storage.")
    {
        StoredCommand.Create("list", "Those that run, and those that were there and did not stop as they were asked to.", [StoredCommand.Json], async (parsed, database, cancellationToken) =>
        {
            var hosts = await new KnownHosts(database, TimeProvider.System).ListAsync(cancellationToken);
            return Terminal.List(
                parsed, hosts,
                ["Host", "Service", "There", "Started", "Last heard of", "Broker", "Spool"],
                h => [
                    h.Name, h.Service, h.IsPresent ? "yes" : "no", Terminal.Time(h.StartedAt), Terminal.Time(h.SeenAt),
                    !h.NeedsBroker ? "" : h.BrokerAwaySince is { } since ? $"away since {Terminal.Time(since)}" : "reached", h.SpoolWaiting]);
        }),
        StoredCommand.Create("forget", "Forgets one that is gone for good, so that nobody misses it.", [Name], async (parsed, database, _) =>
        {
            await new KnownHosts(database, TimeProvider.System).ForgetAsync(Actor.CommandLine, parsed.GetValue(Name)!);
            return 0;
        }),
    };
}
