using System.Net.Http.Json;
using EventBus.Operations.Broker;
using EventBus.Publisher.Transport;
using EventBus.TestServices;

namespace EventBus.Tests.Operations;

/// <summary>A virtual host of a test's own, and what hosts would have left in it, made through the management API.</summary>
sealed class BrokerTopology : IAsyncDisposable
{
    readonly RabbitMqServer _node;

    BrokerTopology(RabbitMqServer node, string virtualHost)
    {
        (_node, VirtualHost) = (node, virtualHost);
        Client = new BrokerClient(new RabbitMqOptions { Host = node.AmqpUri, VirtualHost = virtualHost, ManagementUrl = node.ManagementUri.ToString() }, isThere: true);
    }

    /// <summary>What watches the broker where there is none.</summary>
    public static BrokerWatch Nowhere { get; } = new(new BrokerClient(new RabbitMqOptions(), isThere: false), TimeProvider.System);

    public string VirtualHost { get; }

    public BrokerClient Client { get; }

    public static async Task<BrokerTopology> CreateAsync(RabbitMqServer node, string? virtualHost = null) => new(node, virtualHost ?? await node.CreateVirtualHostAsync(CancellationToken.None));

    /// <summary>The settings that lead here.</summary>
    public IReadOnlyList<KeyValuePair<string, string?>> Settings =>
    [
        .. Fixtures.BusHost.Broker(_node.AmqpUri, VirtualHost), new("EventBus:RabbitMq:ManagementUrl", _node.ManagementUri.ToString()),
    ];

    /// <summary>What a consumer declares, but for what it asks for.</summary>
    public async Task ConsumerAsync(string name, int partitions)
    {
        await ExchangeAsync(name, "direct", new() { ["alternate-exchange"] = "eventbus.unrouted" });
        if (partitions == 0)
        {
            return;
        }

        await ExchangeAsync($"{name}.replay", "fanout", []);
        await QueueAsync($"{name}.dead");
        for (var i = 0; i < partitions; i++)
        {
            await QueueAsync($"{name}.{i}");
            await BindAsync(name, $"{name}.{i}", $"slot-{i}");
        }
    }

    /// <summary>A quorum queue, with the exchange of its name.</summary>
    public async Task QueueAsync(string name)
    {
        await PutAsync($"queues/{VirtualHost}/{name}", new { durable = true, arguments = new Dictionary<string, string>(StringComparer.Ordinal) { ["x-queue-type"] = "quorum" } });
        await ExchangeAsync(name, "fanout", []);
    }

    public Task ExchangeAsync(string name, string type, Dictionary<string, string> arguments) => PutAsync($"exchanges/{VirtualHost}/{name}", new { type, durable = true, arguments });

    /// <summary>Binds an exchange to another.</summary>
    public async Task BindAsync(string source, string destination, string key)
    {
        using var response = await _node.Management.PostAsJsonAsync($"api/bindings/{VirtualHost}/e/{source}/e/{destination}", new { routing_key = key, arguments = new { } });
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Puts a message into a queue.</summary>
    public async Task FillAsync(string queue)
    {
        using var response = await _node.Management.PostAsJsonAsync(
            $"api/exchanges/{VirtualHost}/amq.default/publish", new { properties = new { }, routing_key = queue, payload = "{}", payload_encoding = "string" });
        response.EnsureSuccessStatusCode();
    }

    public async Task DeleteAsync(string path)
    {
        using var response = await _node.Management.DeleteAsync(new Uri($"api/{path}", UriKind.Relative));
        response.EnsureSuccessStatusCode();
    }

    public async Task PutAsync(string path, object body)
    {
        using var response = await _node.Management.PutAsJsonAsync($"api/{path}", body);
        response.EnsureSuccessStatusCode();
    }

    public ValueTask DisposeAsync()
    {
        Client.Dispose();
        return ValueTask.CompletedTask;
    }
}
