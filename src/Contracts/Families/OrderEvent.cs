using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace EventBus.Contracts;

/// <summary>An order and the steps it takes: placed, paid, waiting, shipped, canceled. Types are written <c>*.order.#</c>.</summary>
[JsonConverter(typeof(EventJsonConverter<OrderEvent>))]
public sealed record OrderEvent : CloudEvent
{
    static readonly ClosedSet<OrderChange> Changes = new();
    static readonly ClosedSet<OrderStatus> Statuses = new();

    /// <summary>Starts an event of our own; source and type have to be given.</summary>
    public OrderEvent()
    {
    }

    [SetsRequiredMembers]
    internal OrderEvent(CloudEvent original)
        : base(original)
    {
    }

    /// <summary>What happened to the order.</summary>
    public OrderChange Change => Changes.Of(What);

    /// <summary>The order's id in the sending system, where the payload has one.</summary>
    public string? OrderId => PayloadPath.First(Data, "_id");

    /// <summary>The patient, where the payload names one.</summary>
    public string? PatientId => PatientPaths.Find(this);

    /// <summary>How the order stands, by the payload; null where that does not say. A status can be ahead of <see cref="Change"/>.</summary>
    public OrderStatus? Status => Statuses.Find(StatusText);

    /// <summary>The sender's word for it, where the payload has one.</summary>
    public string? StatusText => PayloadPath.First(Data, "status");
}

/// <summary>What can happen to an order.</summary>
public enum OrderChange
{
    /// <summary>Something else; <see cref="CloudEvent.NativeType"/> has the sender's word.</summary>
    Other,

    /// <summary>Placed.</summary>
    Created,

    /// <summary>Placed by a subscription whose next cycle has come.</summary>
    SubscriptionCycle,

    /// <summary>Waits for its payment, since one has failed.</summary>
    AwaitingPayment,

    /// <summary>Placed, and paid for.</summary>
    Processing,

    /// <summary>Waits for something that the patient has to hand in, such as a questionnaire.</summary>
    AwaitingRequirements,

    /// <summary>Waits for a laboratory test.</summary>
    AwaitingRequisition,

    /// <summary>Waits for a doctor's prescription.</summary>
    AwaitingScript,

    /// <summary>Waits for the pharmacy, which has the prescription.</summary>
    AwaitingFulfillment,

    /// <summary>Waits to be sent.</summary>
    AwaitingShipment,

    /// <summary>Sent.</summary>
    Shipped,

    /// <summary>Called off.</summary>
    Canceled,

    /// <summary>It goes to another address.</summary>
    ShippingAddressUpdated,

    /// <summary>It has another status, which the payload names; comes beside the event of that status.</summary>
    StatusUpdated,
}

/// <summary>How an order can stand.</summary>
public enum OrderStatus
{
    /// <summary>Another word; <see cref="OrderEvent.StatusText"/> has it.</summary>
    Other,

    /// <summary>Placed.</summary>
    Created,

    /// <summary>Waits for its payment, since one has failed.</summary>
    AwaitingPayment,

    /// <summary>Placed, and paid for.</summary>
    Processing,

    /// <summary>Waits for something that the patient has to hand in, such as a questionnaire.</summary>
    AwaitingRequirements,

    /// <summary>Waits for a laboratory test.</summary>
    AwaitingRequisition,

    /// <summary>Waits for a doctor's prescription.</summary>
    AwaitingScript,

    /// <summary>Waits for the pharmacy, which has the prescription.</summary>
    AwaitingFulfillment,

    /// <summary>Waits to be sent.</summary>
    AwaitingShipment,

    /// <summary>Sent.</summary>
    Shipped,

    /// <summary>Called off.</summary>
    Canceled,
}
