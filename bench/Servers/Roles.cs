namespace EventBus.Bench.Servers;

/// <summary>What a process of the bench can be started as.</summary>
static class Roles
{
    public const string Archive = "archive";
    public const string Collector = "collector";
    public const string Console = "console";
    public const string Consumer = "consumer";
    public const string ConsumerTwin = "consumer-twin";
    public const string EmbeddedTwin = "embedded-twin";
    public const string Gateway = "gateway";
    public const string HttpTwin = "http-twin";
    public const string Publisher = "publisher";
    public const string PublisherTwin = "publisher-twin";
    public const string Receiver = "receiver";
    public const string Standalone = "standalone";
    public const string Webhooks = "webhooks";
    public const string WebhooksTwin = "webhooks-twin";

    /// <summary>Those with the server's garbage collector, which the SDK gives to what serves HTTP; the gateway's project and the Console's say otherwise.</summary>
    public static IReadOnlySet<string> ServerCollected { get; } = new HashSet<string>(StringComparer.Ordinal) { HttpTwin, Standalone, EmbeddedTwin };

    /// <summary>The consumers, and what their projects say to the runtime (src/Consumers/Directory.Build.props).</summary>
    public static IReadOnlySet<string> Consumers { get; } = new HashSet<string>(StringComparer.Ordinal) { Archive, Consumer, Webhooks };

    /// <inheritdoc cref="Consumers"/>
    public static IReadOnlyList<KeyValuePair<string, string>> OfConsumers { get; } =
        [new("DOTNET_gcConcurrent", "0"), new("DOTNET_GCGen0MaxBudget", "0x2000000"), new("DOTNET_ThreadPool_UnfairSemaphoreSpinLimit", "0")];
}
