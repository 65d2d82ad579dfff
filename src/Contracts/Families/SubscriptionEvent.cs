using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace EventBus.Contracts;

/// <summary>A subscription: started, active, paused, canceled, ended, about to renew. Types are written <c>*.subscription.#</c>.</summary>
[JsonConverter(typeof(EventJsonConverter<SubscriptionEvent>))]
public sealed record SubscriptionEvent : CloudEvent
{
    static readonly ClosedSet<SubscriptionChange> Changes = new();
    static readonly ClosedSet<SubscriptionStatus> Statuses = new();

    /// <summary>Starts an event of our own; source and type have to be given.</summary>
    public SubscriptionEvent()
    {
    }

    [SetsRequiredMembers]
    internal SubscriptionEvent(CloudEvent original)
        : base(original)
    {
    }

    /// <summary>What happened to the subscription.</summary>
    public SubscriptionChange Change => Changes.Of(What);

    /// <summary>The subscription's id in the sending system, where the payload has one.</summary>
    public string? SubscriptionId => PayloadPath.First(Data, "_id");

    /// <summary>The patient, where the payload names one.</summary>
    public string? PatientId => PatientPaths.Find(this);

    /// <summary>How the subscription stands, by the payload; null where that does not say.</summary>
    public SubscriptionStatus? Status => Statuses.Find(StatusText);

    /// <summary>The sender's word for it, where the payload has one.</summary>
    public string? StatusText => PayloadPath.First(Data, "status");
}

/// <summary>What can happen to a subscription.</summary>
public enum SubscriptionChange
{
    /// <summary>Something else; <see cref="CloudEvent.NativeType"/> has the sender's word.</summary>
    Other,

    /// <summary>Taken out.</summary>
    Created,

    /// <summary>Runs.</summary>
    Active,

    /// <summary>Halted for a while.</summary>
    Paused,

    /// <summary>Called off.</summary>
    Canceled,

    /// <summary>Over.</summary>
    Ended,

    /// <summary>It renews soon; nothing has changed yet.</summary>
    UpcomingRenewal,
}

/// <summary>How a subscription can stand.</summary>
public enum SubscriptionStatus
{
    /// <summary>Another word; <see cref="SubscriptionEvent.StatusText"/> has it.</summary>
    Other,

    /// <summary>Runs.</summary>
    Active,

    /// <summary>Halted for a while.</summary>
    Paused,

    /// <summary>Called off.</summary>
    Canceled,

    /// <summary>Over.</summary>
    Ended,
}
