using System.CommandLine;
using EventBus.Bench.Servers;

namespace EventBus.Bench;

/// <summary><c>serve</c>, hidden: what is measured, in a process of its own. It ends when its standard input does.</summary>
static class ServeCommand
{
    static readonly Dictionary<string, Func<Task>> Servers = new(StringComparer.Ordinal)
    {
        [Roles.Archive] = ArchiveServer.RunAsync,
        [Roles.Collector] = CollectorServer.RunAsync,
        [Roles.Console] = ConsoleServer.RunAsync,
        [Roles.Consumer] = ConsumerServer.RunAsync,
        [Roles.ConsumerTwin] = ConsumerTwinServer.RunAsync,
        [Roles.EmbeddedTwin] = EmbeddedTwinServer.RunAsync,
        [Roles.Gateway] = GatewayServer.RunAsync,
        [Roles.HttpTwin] = HttpTwinServer.RunAsync,
        [Roles.Publisher] = PublisherServer.RunAsync,
        [Roles.PublisherTwin] = PublisherTwinServer.RunAsync,
        [Roles.Receiver] = ReceiverServer.RunAsync,
        [Roles.Standalone] = StandaloneServer.RunAsync,
        [Roles.Webhooks] = WebhooksServer.RunAsync,
        [Roles.WebhooksTwin] = WebhooksTwinServer.RunAsync,
    };

    public static Command Create()
    {
        var role = new Argument<string>("role");
        role.AcceptOnlyFromAmong([.. Servers.Keys]);
        var command = new Command("serve", "Runs one of the processes that are measured.") { role };
        command.Hidden = true;
        command.SetAction((parsed, _) => Servers[parsed.GetValue(role)!]());
        return command;
    }
}
