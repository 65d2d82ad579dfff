using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace EventBus.Contracts;

/// <summary>An item that is billed. Types are written <c>*.billing.#</c>.</summary>
[JsonConverter(typeof(EventJsonConverter<BillingEvent>))]
public sealed record BillingEvent : CloudEvent
{
    static readonly ClosedSet<BillingChange> Changes = new();

    /// <summary>Starts an event of our own; source and type have to be given.</summary>
    public BillingEvent()
    {
    }

    [SetsRequiredMembers]
    internal BillingEvent(CloudEvent original)
        : base(original)
    {
    }

    /// <summary>What happened to what is billed.</summary>
    public BillingChange Change => Changes.Of(What);

    /// <summary>The patient, where the payload names one.</summary>
    public string? PatientId => PatientPaths.Find(this);
}

/// <summary>What can happen to what is billed.</summary>
public enum BillingChange
{
    /// <summary>Something else; <see cref="CloudEvent.NativeType"/> has the sender's word.</summary>
    Other,

    /// <summary>A line was put on the bill.</summary>
    LineItemCreated,

    /// <summary>A line of the bill changed.</summary>
    LineItemUpdated,
}
