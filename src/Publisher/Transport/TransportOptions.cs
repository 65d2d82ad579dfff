using System.Net.Sockets;
using System.Security.Authentication;
using RabbitMQ.Client;

namespace EventBus.Publisher.Transport;

/// <summary>How a host reaches RabbitMQ: settings under <c>EventBus:RabbitMq</c>.</summary>
public sealed class RabbitMqOptions
{
    /// <summary>Host name, or the whole address: <c>broker.example.org</c>, <c>amqps://user:password@broker.example.org:5671/vhost</c>.</summary>
    public string Host { get; set; } = "localhost";

    /// <summary>Port; unless set, the address's, else 5672 (amqp) or 5671 (amqps).</summary>
    public int? Port { get; set; }

    /// <summary>Further nodes of the cluster, <c>host</c> or <c>host:port</c>: where one does not answer, the next is tried.</summary>
    public IList<string> Nodes { get; } = [];

    /// <summary>Virtual host; unless set, the address's, else <c>/</c>.</summary>
    public string? VirtualHost { get; set; }

    /// <summary>User; unless set, the address's, else <c>guest</c>, which RabbitMQ accepts on loopback only.</summary>
    public string? Username { get; set; }

    /// <summary>Password; unless set, the address's, else <c>guest</c>.</summary>
    public string? Password { get; set; }

    /// <summary>Whether to use TLS; unless set, as the address's scheme says.</summary>
    public bool? UseTls { get; set; }

    /// <summary>
    /// Where the broker's management API is, with user and password where they are others than the broker's: <c>https://monitor:password@broker.example.org:15671</c>.
    /// Unless set, <see cref="Host"/> at port 15672 (http), with TLS 15671 (https).
    /// </summary>
    public string? ManagementUrl { get; set; }

    /// <summary>The address that these settings describe.</summary>
    /// <exception cref="FormatException">A setting is wrong; the message names its key and gives an example.</exception>
    public RabbitMqAddress ToAddress()
    {
        const string example = "for example EventBus__RabbitMq__Host=broker.example.org or EventBus__RabbitMq__Host=amqps://user:password@broker.example.org:5671/vhost";
        var text = Host.Contains("://", StringComparison.Ordinal) ? Host : $"amqp://{Host}";
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("amqp" or "amqps") || uri.Host.Length == 0)
        {
            throw new FormatException($"EventBus:RabbitMq:Host is neither a host name nor an amqp or amqps address; {example}");
        }

        if (Port is < 1 or > 65535)
        {
            throw new FormatException("EventBus:RabbitMq:Port is not between 1 and 65535; for example EventBus__RabbitMq__Port=5672");
        }

        if (Nodes.FirstOrDefault(n => !Uri.TryCreate($"amqp://{n}", UriKind.Absolute, out var node) || node.Host.Length == 0 || node.AbsolutePath != "/" || node.UserInfo.Length > 0) is { } wrong)
        {
            throw new FormatException($"EventBus:RabbitMq:Nodes has '{wrong}', which is no host or host:port; for example EventBus__RabbitMq__Nodes__0=broker2.example.org:5672");
        }

        var tls = UseTls ?? uri.Scheme == "amqps";
        var user = uri.UserInfo.Split(':', 2);
        var path = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/'));
        return new RabbitMqAddress(
            uri.Host,
            (ushort)(Port ?? (uri.Port > 0 ? uri.Port : tls ? 5671 : 5672)),
            VirtualHost ?? (path.Length > 0 ? path : "/"),
            Username ?? (user[0].Length > 0 ? Uri.UnescapeDataString(user[0]) : "guest"),
            Password ?? (user.Length == 2 ? Uri.UnescapeDataString(user[1]) : "guest"),
            tls);
    }

    /// <summary>Opens a connection to the first node that answers.</summary>
    /// <param name="name">What the broker shows for it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="open">Makes its socket; null: as the client does.</param>
    /// <exception cref="RabbitMQ.Client.Exceptions.BrokerUnreachableException">None lets it in.</exception>
    public Task<IConnection> ConnectAsync(string name, CancellationToken cancellationToken, Func<AddressFamily, ITcpClient>? open = null)
    {
        var address = ToAddress();
        var factory = address.ToConnectionFactory();
        factory.SocketFactory = open ?? factory.SocketFactory;
        return factory.CreateConnectionAsync(
            Nodes.Select(n => new Uri($"amqp://{n}")).Select(n => new AmqpTcpEndpoint(n.Host, n.Port > 0 ? n.Port : address.Port, address.Tls(n.Host)))
                .Prepend(new AmqpTcpEndpoint(address.Host, address.Port, address.Tls(address.Host))),
            name, cancellationToken);
    }

    /// <summary>The address of the management API that these settings describe.</summary>
    /// <exception cref="FormatException">A setting is wrong; the message names its key and gives an example.</exception>
    public ManagementAddress ToManagement()
    {
        var broker = ToAddress();
        var text = ManagementUrl ?? (broker.UseTls ? $"https://{broker.Host}:15671" : $"http://{broker.Host}:15672");
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Query.Length > 0)
        {
            throw new FormatException("EventBus:RabbitMq:ManagementUrl is no http or https address; for example EventBus__RabbitMq__ManagementUrl=https://broker.example.org:15671");
        }

        var user = uri.UserInfo.Split(':', 2);
        return new ManagementAddress(
            new Uri($"{uri.GetLeftPart(UriPartial.Scheme)}{uri.Authority}{uri.AbsolutePath.TrimEnd('/')}/"),
            broker.VirtualHost,
            user[0].Length > 0 ? Uri.UnescapeDataString(user[0]) : broker.Username,
            user.Length == 2 ? Uri.UnescapeDataString(user[1]) : broker.Password);
    }
}

/// <summary>Where RabbitMQ is, and as whom to connect.</summary>
/// <param name="Host">Host name or IP address.</param>
/// <param name="Port">TCP port.</param>
/// <param name="VirtualHost">Virtual host.</param>
/// <param name="Username">User.</param>
/// <param name="Password">Password.</param>
/// <param name="UseTls">Whether the connection is encrypted.</param>
public sealed record RabbitMqAddress(string Host, ushort Port, string VirtualHost, string Username, string Password, bool UseTls)
{
    /// <summary>What opens connections there.</summary>
    internal ConnectionFactory ToConnectionFactory() => new()
    {
        HostName = Host, Port = Port, VirtualHost = VirtualHost, UserName = Username, Password = Password, AutomaticRecoveryEnabled = false,
        RequestedConnectionTimeout = TimeSpan.FromSeconds(10),
    };

    /// <summary>How a connection to a node is encrypted.</summary>
    internal SslOption Tls(string node) => new(node, enabled: UseTls) { Version = SslProtocols.None };

    /// <summary>Without user and password.</summary>
    public override string ToString() => $"{(UseTls ? "amqps" : "amqp")}://{Host}:{Port}/{Uri.EscapeDataString(VirtualHost)}";
}
