using System.Text.Json;
using EventBus.Publisher.Topology;

namespace EventBus.Operations.Broker;

/// <summary>An exchange on the broker.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">fanout, direct, topic and the like.</param>
/// <param name="Alternate">Where goes what it has no binding for; null: nowhere.</param>
/// <param name="IsTransient">Whether it ends with who uses it.</param>
sealed record BrokerExchange(string Name, string Type, string? Alternate, bool IsTransient)
{
    public static BrokerExchange Read(JsonElement json) =>
        new(json.Text("name") ?? "", json.Text("type") ?? "", json.Arguments("arguments").GetValueOrDefault("alternate-exchange"), json.Flag("auto_delete"));
}

/// <summary>A binding on the broker.</summary>
/// <param name="Binding">What leads where.</param>
/// <param name="Key">What tells it from others between the same two, at the management API.</param>
sealed record BrokerBinding(TopologyBinding Binding, string Key)
{
    public static BrokerBinding Read(JsonElement json) => new(
        new TopologyBinding(json.Text("source") ?? "", json.Text("destination") ?? "", json.Text("destination_type") == "queue", json.Text("routing_key") ?? ""),
        json.Text("properties_key") ?? "~");
}
