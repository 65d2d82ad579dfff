using EventBus.Contracts;
using EventBus.Delivery.Formats;
using EventBus.Delivery.Lanes;

namespace EventBus.Delivery;

/// <summary>A receiver of webhooks, as configured and checked.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Url">Where deliveries are sent.</param>
/// <param name="Patterns">Which events it asks for.</param>
/// <param name="Format">What it is sent.</param>
/// <param name="Headers">Headers of every delivery.</param>
/// <param name="Signer">Signs deliveries; null where they are not signed.</param>
/// <param name="Timeout">How long one attempt may take.</param>
/// <param name="Consumer">The consumer that delivers to it.</param>
public sealed record WebhookEndpoint(
    string Name,
    Uri Url,
    IReadOnlyList<TypePattern> Patterns,
    IDeliveryFormat Format,
    IReadOnlyDictionary<string, string> Headers,
    WebhookSigner? Signer,
    TimeSpan Timeout,
    string Consumer)
{
    /// <summary>Attempts at once, unless set.</summary>
    public const int DefaultMaxConcurrency = 64;

    /// <summary>What a failed event does to later ones of its subject.</summary>
    public OrderPolicy Order { get; init; }

    /// <summary>When a failed event is tried again.</summary>
    public RetrySchedule Schedule { get; init; } = RetrySchedule.Default;

    /// <summary>Events a second at most; null: no limit.</summary>
    public double? MaxRate { get; init; }

    /// <summary>Attempts at once at most.</summary>
    public int MaxConcurrency { get; init; } = DefaultMaxConcurrency;

    /// <summary>Whether client errors are final.</summary>
    public bool FinalClientErrors { get; init; }

    /// <summary>Whether the beginning of answers is kept.</summary>
    public bool KeepResponse { get; init; }

    /// <summary>The tenant whose events it gets; null: those of all.</summary>
    public string? Tenant { get; init; }

    /// <summary>Whether its answer decides on events whose senders wait.</summary>
    public bool IsSynchronous { get; init; }

    /// <summary>The only source whose events it takes, and of these only what is addressed to it (<see cref="CloudEvent.OnlyTo"/>); null: any.</summary>
    public string? OnlyFrom { get; init; }

    /// <summary>Whether it was added at run time, so that only public addresses, and those of <see cref="DeliveryOptions.AllowedNetworks"/>, are connected to.</summary>
    public bool IsGuarded { get; init; }

    /// <summary>Whether an event is for it: what is addressed to an endpoint is for no other.</summary>
    public bool Takes(CloudEvent @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        return (Tenant is null || @event.Tenant == Tenant) && (OnlyFrom is null ? (@event.OnlyTo ?? Name) == Name : @event.OnlyTo == Name && @event.Source == OnlyFrom);
    }

    /// <summary>Whether it asks for events of this type.</summary>
    public bool Wants(string type) => Patterns.Any(p => p.Matches(type));

    /// <summary>The name only: an address or header can hold a secret.</summary>
    public override string ToString() => Name;
}
