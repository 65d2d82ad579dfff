using RabbitMQ.Client;

namespace EventBus.Bench;

/// <summary>A virtual host on the bench's broker, handed to the measured processes in the same settings that the gateway reads.</summary>
/// <param name="Host">Host name.</param>
/// <param name="Port">Port.</param>
/// <param name="VirtualHost">Virtual host.</param>
/// <param name="Management">The management API; null for those who do not ask it.</param>
sealed record BrokerAddress(string Host, int Port, string VirtualHost, Uri? Management = null)
{
    const string Prefix = "EventBus__RabbitMq__";

    public static BrokerAddress FromEnvironment() => new(Read("Host"), int.Parse(Read("Port")), Read("VirtualHost"));

    public IEnumerable<KeyValuePair<string, string>> ToEnvironment() =>
    [
        new($"{Prefix}Host", Host),
        new($"{Prefix}Port", Port.ToString()),
        new($"{Prefix}VirtualHost", VirtualHost),
        .. Management is null ? (KeyValuePair<string, string>[])[] : [new($"{Prefix}ManagementUrl", Management.ToString())],
    ];

    public Task<IConnection> ConnectAsync() => new ConnectionFactory { HostName = Host, Port = Port, VirtualHost = VirtualHost }.CreateConnectionAsync();

    static string Read(string name) =>
        Environment.GetEnvironmentVariable(Prefix + name) ?? throw new BenchException($"{Prefix}{name} is not set; this verb is started by the bench.");
}
