using EventBus.Contracts;

namespace EventBus.Bench;

/// <summary>The webhook endpoint that events are brought to, for ours in its own settings and for the twin in the same ones.</summary>
static class BenchEndpoint
{
    /// <summary>The consumer that delivers to it, and whose queues it is fed from.</summary>
    public const string Consumer = "webhooks";

    public const string Name = "bench";

    /// <summary>Attempts at once, as an endpoint has it unless set.</summary>
    public const int MaxConcurrency = 64;

    const string Url = "EventBus__Endpoints__0__Url";
    const string Secret = "EventBus__Endpoints__0__Secret";

    public static IEnumerable<KeyValuePair<string, string>> ToEnvironment(string receiver) =>
    [
        new("EventBus__Endpoints__0__Name", Name),
        new(Url, receiver),
        new("EventBus__Endpoints__0__Events__0", "#"),
        new(Secret, WebhookSigner.CreateSecret()),
    ];

    public static Uri UrlFromEnvironment() => new(Environment.GetEnvironmentVariable(Url)!);

    /// <summary>The key, without what says that it is one.</summary>
    public static byte[] KeyFromEnvironment() => Convert.FromBase64String(Environment.GetEnvironmentVariable(Secret)!["whsec_".Length..]);
}
