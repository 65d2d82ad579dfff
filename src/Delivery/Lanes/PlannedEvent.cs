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

    /// <summary>The values of its row for one target.</summary>
    public object?[] Row(string consumer, string lane, PlannedTarget target, long position, long? sequence, long epoch, long now)
    {
        var e = Incoming.Event;
        var waits = target.State == DeliveryState.Waiting;
        return
        [
            consumer, target.Endpoint, EventKey, lane, position, SubjectKey, sequence, e?.Id ?? "", e?.Source ?? "", e?.Type ?? "", e?.Tenant, e?.Subject, e?.Replay, (int)target.State,
            target.AtOnce ? 1 : 0, target.AtOnce ? epoch : 0L, e?.Acceptance?.Time.ToUnixTimeMilliseconds() ?? now, now, waits ? null : now, waits ? Incoming.Body : null,
        ];
    }
}

/// <summary>One place that an event goes to.</summary>
/// <param name="Endpoint">The endpoint; empty for the consumer itself.</param>
/// <param name="State">What becomes of it there: waiting, or an outcome at once.</param>
/// <param name="AtOnce">Whether it is begun as soon as it is stored; noted as a start.</param>
sealed record PlannedTarget(string Endpoint, DeliveryState State, bool AtOnce = false);
