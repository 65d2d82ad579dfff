using EventBus.Contracts;
using EventBus.Delivery.Lanes;

namespace EventBus.Delivery;

/// <summary>The endpoints as targets.</summary>
public sealed class EndpointTargets(WebhookEndpoints endpoints, WebhookSender sender, TimeProvider time)
{
    readonly Dictionary<string, DeliveryTarget> _targets = endpoints.All.ToDictionary(e => e.Name, e => (DeliveryTarget)new T(e, sender, time), StringComparer.Ordinal);

    /// <summary>A consumer's.</summary>
    public IReadOnlyList<DeliveryTarget> Of(string consumer) => [.. endpoints.Of(consumer).Select(e => _targets[e.Name])];

    sealed class T(WebhookEndpoint endpoint, WebhookSender sender, TimeProvider time) : DeliveryTarget
    {
        public override string Name => endpoint.Name;

        public override IReadOnlyList<TypePattern> Patterns => endpoint.Patterns;

        public override OrderPolicy Order => OrderPolicy.Hold;

        public override RetrySchedule Schedule => RetrySchedule.Default;

        public override bool Wants(CloudEvent @event) => endpoint.Format.Write(@event) is not null;

        public override bool TryBegin(DeliveryItem item, out DateTimeOffset? askAgain)
        {
            askAgain = null;
            return true;
        }

        public override async Task<AttemptResult> AttemptAsync(DeliveryItem item, CancellationToken cancellationToken)
        {
            var at = time.GetUtcNow();
            var r = await sender.SendAsync(endpoint, item.Event, cancellationToken);
            return new AttemptResult(r.Failure is null ? AttemptEnd.Processed : AttemptEnd.Failed) { StartedAt = at, Error = r.Failure };
        }
    }
}
