namespace EventBus.Bench.Servers;

/// <summary>What a process of the bench can be started as.</summary>
static class Roles
{
    public const string Collector = "collector";
    public const string Gateway = "gateway";
    public const string HttpTwin = "http-twin";
    public const string Publisher = "publisher";
    public const string PublisherTwin = "publisher-twin";
}
