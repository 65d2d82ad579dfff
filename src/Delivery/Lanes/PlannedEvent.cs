using EventBus.Storage;

namespace EventBus.Delivery.Lanes;

/// <summary>An event and where it goes.</summary>
/// <param name="Incoming">The event.</param>
/// <param name="Own">The consumer itself.</param>
/// <param name="Endpoints">The endpoints that ask for it.</param>
sealed record PlannedEvent(Incoming Incoming, PlannedTarget Own, IReadOnlyList<PlannedTarget> Endpoints)
{
    public string EventKey { get; } = Incoming.Event is { } e ? Storage.EventKey.Of(e) : Storage.EventKey.Hash(Convert.ToBase64String(Incoming.Body));

    public string SubjectKey { get; } = Incoming.Event is { } e ? Storage.EventKey.OfSubject(e) : "";

    public bool HasSubject => Incoming.Event?.Subject is not null;

    /// <summary>When it was accepted, in milliseconds since 1970-01-01 UTC; null where no gateway did.</summary>
    public long? AcceptedAt { get; } = Incoming.Event?.Acceptance?.Time.ToUnixTimeMilliseconds();
}

/// <summary>One place that an event goes to.</summary>
/// <param name="Endpoint">The endpoint; empty for the consumer itself.</param>
/// <param name="State">What becomes of it there: waiting, or an outcome at once.</param>
/// <param name="AtOnce">Whether it is begun as soon as it is stored; noted as a start.</param>
sealed record PlannedTarget(string Endpoint, DeliveryState State, bool AtOnce = false);
