using System.Net.Sockets;
using System.Security.Authentication;
using EventBus.Operations.Broker;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace EventBus.Cli.Doctor;

/// <summary>Whether the broker lets hosts in and do what they do, and how its nodes are.</summary>
static class BrokerCheck
{
    const string Part = "broker";

    static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    public static async Task RunAsync(BrokerClient client, Findings findings, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await client.ConnectAsync(cancellationToken);

            // A virtual host that it may not use shows with the first channel.
            await (await connection.CreateChannelAsync(cancellationToken: cancellationToken)).DisposeAsync();
            findings.Well(Part, $"{client.Address} lets {client.Address.Username} in");
            await CheckPermissionsAsync(connection, client, findings, cancellationToken);
        }
        catch (Exception e) when (e is BrokerUnreachableException or OperationInterruptedException)
        {
            var (what, advice) = Explain(e, client);
            findings.Wrong(Part, what, advice);
        }

        await CheckNodesAsync(client, findings, cancellationToken);
    }

    /// <summary>Does on an exchange and a queue of its own what hosts do on theirs.</summary>
    static async Task CheckPermissionsAsync(IConnection connection, BrokerClient client, Findings findings, CancellationToken cancellationToken)
    {
        var name = $"eventbus.probe.{Guid.NewGuid():N}";
        var permission = "configure";
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            await using (var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), limit.Token))
            {
                await channel.QueueDeclareAsync(name, durable: false, exclusive: true, autoDelete: true, cancellationToken: limit.Token);
                await channel.ExchangeDeclareAsync(name, ExchangeType.Fanout, durable: false, autoDelete: true, cancellationToken: limit.Token);
                permission = "write";
                await channel.BasicPublishAsync(name, "", ReadOnlyMemory<byte>.Empty, limit.Token);
                permission = "read";
                await channel.QueueBindAsync(name, name, "", cancellationToken: limit.Token);
                await channel.BasicGetAsync(name, autoAck: true, limit.Token);
            }

            findings.Well(Part, $"{client.Address.Username} may configure, write and read in the virtual host {client.Address.VirtualHost}");
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == 403)
        {
            findings.Wrong(
                Part, $"{client.Address.Username} lacks the permission {permission} in the virtual host {client.Address.VirtualHost}",
                $"rabbitmqctl set_permissions --vhost '{client.Address.VirtualHost}' {client.Address.Username} '.*' '.*' '.*'");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            findings.Wrong(Part, $"It does not confirm what is published within {Limit.TotalSeconds} s", "See its alarms below, and its own log.");
            return;
        }

        if (permission != "configure")
        {
            await using var last = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
            await last.ExchangeDeleteAsync(name, cancellationToken: cancellationToken);
        }
    }

    static async Task CheckNodesAsync(BrokerClient client, Findings findings, CancellationToken cancellationToken)
    {
        try
        {
            if (await client.NodesAsync(cancellationToken) is not { } nodes)
            {
                findings.Wrong(Part, "The management API does not show its nodes: the password is wrong, or the user lacks the tag monitoring", $"rabbitmqctl set_user_tags {client.Address.Username} monitoring, or give another user in EventBus__RabbitMq__ManagementUrl.");
                return;
            }

            foreach (var node in nodes.Where(n => n.Trouble is not null))
            {
                findings.Wrong(Part, node.Trouble!, node switch
                {
                    { IsRunning: false } => "Start it; queues with most of their members go on meanwhile.",
                    { MemoryAlarm: true } => "Let queues run empty, or give it more memory (vm_memory_high_watermark). Events wait in the gateways' spools.",
                    { DiskAlarm: true } => "Make room on its disk (disk_free_limit). Events wait in the gateways' spools.",
                    _ => "Restart the nodes that are cut off, one after the other.",
                });
            }

            if (nodes.All(n => n.Trouble is null))
            {
                findings.Well(Part, $"{nodes.Count} nodes run, without an alarm");
            }
        }
        catch (BrokerUnavailableException e)
        {
            findings.Wrong(Part, e.Message, "The Console's page of queues, and the check of the topology, need it; events flow without it.");
        }
    }

    static (string What, string Advice) Explain(Exception exception, BrokerClient client)
    {
        var address = client.Address;
        foreach (var e in Chain(exception))
        {
            switch (e)
            {
                case AuthenticationFailureException or PossibleAuthenticationFailureException:
                    return ($"{address} does not let {address.Username} in: user or password is wrong", "Check EventBus:RabbitMq:Username and Password. RabbitMQ lets guest in from its own machine only.");
                case OperationInterruptedException { ShutdownReason.ReplyCode: 530 } or OperationInterruptedException { ShutdownReason.ReplyCode: 403 }:
                    return ($"{address}: there is no such virtual host, or {address.Username} may not use it", $"rabbitmqctl add_vhost '{address.VirtualHost}', and set_permissions; or check EventBus:RabbitMq:VirtualHost.");
                case AuthenticationException:
                    return ($"{address}: its certificate is not accepted", "Let this machine trust who issued it, and name the host as the certificate does.");
                case SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain }:
                    return ($"{address}: the name is not known", "Check EventBus:RabbitMq:Host, and the DNS of this machine.");
                case SocketException socket:
                    return ($"{address} does not answer ({socket.SocketErrorCode})", "Start RabbitMQ, or check EventBus:RabbitMq:Host and Port. Where everything is in one process: EventBus__Transport=memory.");
            }
        }

        return ($"{address} does not answer ({(exception.InnerException ?? exception).GetType().Name})", "Start RabbitMQ, or check EventBus:RabbitMq:Host and Port, and whether it speaks TLS there.");
    }

    static IEnumerable<Exception> Chain(Exception exception) =>
        [exception, .. exception is AggregateException many ? many.InnerExceptions.SelectMany(Chain) : exception.InnerException is { } inner ? Chain(inner) : []];
}
