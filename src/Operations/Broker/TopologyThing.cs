using System.Text.Json.Serialization;

namespace EventBus.Operations.Broker;

/// <summary>An exchange, a queue or a binding that is not as declared.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Its name; of a binding what it leads from and to, and for which routing keys.</param>
/// <param name="Standing">What is wrong.</param>
/// <param name="Note">Why, and what to do.</param>
/// <param name="Group">What it belongs to: a consumer that is gone, or itself.</param>
public sealed record TopologyThing(TopologyKind Kind, string Name, TopologyStanding Standing, string Note, string Group)
{
    /// <summary>Messages in it, where it is a queue.</summary>
    public long Messages { get; init; }

    /// <summary>Who reads it, where it is a queue.</summary>
    public long Consumers { get; init; }

    /// <summary>Whether its group holds messages or is read: then it is removed only where that was asked for as well.</summary>
    public bool IsHeld { get; init; }

    /// <summary>What it is called where one has to be named: <c>queue old.0</c>.</summary>
    public string Title => $"{Kind.ToString().ToLowerInvariant()} {Name}";

    /// <summary>The binding that it is.</summary>
    [JsonIgnore]
    internal BrokerBinding? Binding { get; init; }
}

/// <summary>What there is on a broker.</summary>
public enum TopologyKind
{
    /// <summary>From an exchange to a queue or another exchange.</summary>
    Binding,

    /// <summary>Where messages are sent to.</summary>
    Exchange,

    /// <summary>Where they wait.</summary>
    Queue,
}

/// <summary>How something on the broker stands to what is declared.</summary>
public enum TopologyStanding
{
    /// <summary>It is declared and not there.</summary>
    Missing,

    /// <summary>It is there, and declared otherwise.</summary>
    Different,

    /// <summary>It is ours by its name, and nobody declares it any more.</summary>
    Stale,
}
