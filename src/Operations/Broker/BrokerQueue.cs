using System.Text.Json;
using EventBus.Publisher.Topology;

namespace EventBus.Operations.Broker;

/// <summary>A queue on the broker.</summary>
public sealed class BrokerQueue
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The consumer that reads it, by its name.</summary>
    public string Consumer => ConsumerOf(Name);

    /// <summary><c>quorum</c>, <c>classic</c> or <c>stream</c>.</summary>
    public string Kind { get; init; } = "";

    /// <summary>What the broker says of it: <c>running</c>, or <c>minority</c>, <c>down</c> and the like.</summary>
    public string State { get; init; } = "";

    /// <summary>Whether it is a process's own, and ends with it.</summary>
    public bool IsTransient { get; init; }

    /// <summary>Messages that wait to be handed out.</summary>
    public long Ready { get; init; }

    /// <summary>Messages that were handed out and not acknowledged yet.</summary>
    public long Unacknowledged { get; init; }

    /// <summary>Messages that come in a second.</summary>
    public double In { get; init; }

    /// <summary>Messages that are handed out a second.</summary>
    public double Out { get; init; }

    /// <summary>When its first message was made, in milliseconds since 1970-01-01 UTC, where the broker says so: not of quorum queues.</summary>
    public long? HeadAt { get; init; }

    /// <summary>Who reads it; of several at a queue of a consumer one is active.</summary>
    public long Consumers { get; init; }

    /// <summary>Messages that are sent ahead to each; null where nobody reads it.</summary>
    public long? Prefetch { get; init; }

    /// <summary>The node that leads it.</summary>
    public string? Leader { get; init; }

    /// <summary>The nodes that have a copy.</summary>
    public IReadOnlyList<string> Members { get; init; } = [];

    /// <summary>Those of them that are there.</summary>
    public IReadOnlyList<string> Online { get; init; } = [];

    /// <summary>How often it hands out a message before it gives it up.</summary>
    public long? DeliveryLimit { get; init; }

    /// <summary>How many messages it holds at most.</summary>
    public long? MaxLength { get; init; }

    /// <summary>How many bytes of messages it holds at most.</summary>
    public long? MaxBytes { get; init; }

    /// <summary>The exchange that dead letters go to.</summary>
    public string? DeadLetters { get; init; }

    /// <summary>The policy that applies to it.</summary>
    public string? Policy { get; init; }

    /// <summary>What it was declared with, as text.</summary>
    public IReadOnlyDictionary<string, string> Arguments { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>What is wrong with it, in words; null where nothing is.</summary>
    public string? Trouble => State is not ("running" or "") ? State
        : Members.Count > Online.Count ? $"{Online.Count} of {Members.Count} members are there"
        : Consumers == 0 && !IsTransient ? "nobody reads it"
        : null;

    /// <summary>The consumer that reads a queue of a name.</summary>
    internal static string ConsumerOf(string name) => name == TopologyNames.Unrouted ? TopologyNames.Archive : name.LastIndexOf('.') is > 0 and var dot ? name[..dot] : name;

    internal static BrokerQueue Read(JsonElement json, IReadOnlyDictionary<string, (long Count, long Prefetch)> readers)
    {
        var (name, arguments) = (json.Text("name") ?? "", json.Arguments("arguments"));
        var policy = json.Arguments("effective_policy_definition");
        string? Given(string key) => arguments.GetValueOrDefault($"x-{key}") ?? policy.GetValueOrDefault(key);
        var read = readers.TryGetValue(name, out var by);
        long? Limit(string key) => long.TryParse(Given(key), out var limit) ? limit : null;
        return new BrokerQueue
        {
            Name = name, Kind = json.Text("type") ?? "", State = json.Text("state") ?? "", IsTransient = json.Flag("exclusive") || json.Flag("auto_delete"),
            Ready = json.Number("messages_ready") ?? 0, Unacknowledged = json.Number("messages_unacknowledged") ?? 0,
            In = json.Rate("publish"), Out = json.Rate("deliver_get"), HeadAt = json.Number("head_message_timestamp") * 1000,
            Consumers = read ? by.Count : 0, Prefetch = read ? by.Prefetch : null,
            Leader = json.Text("leader") ?? json.Text("node"), Members = json.Texts("members"), Online = json.Texts("online"),
            DeliveryLimit = Limit("delivery-limit"), MaxLength = Limit("max-length"), MaxBytes = Limit("max-length-bytes"),
            DeadLetters = Given("dead-letter-exchange"), Policy = json.Text("policy"), Arguments = arguments,
        };
    }
}
