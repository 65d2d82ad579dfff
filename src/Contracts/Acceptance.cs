using System.Globalization;
using System.Text.Json;

namespace EventBus.Contracts;

/// <summary>
/// What a gateway notes on an event when it accepts it, as extension attributes: <c>eventbusaccepted</c>, <c>eventbusgateway</c>, <c>eventbussequence</c> and
/// <c>eventbuspublisher</c>. The last is not shown to endpoints.
/// </summary>
/// <param name="Time">When it was accepted, by the gateway's clock, to the millisecond.</param>
/// <param name="Gateway">The gateway's name.</param>
/// <param name="Sequence">Counts what this gateway has accepted, in order; it has gaps after a restart.</param>
/// <param name="Publisher">The name of the key that it was sent with; empty where that is not shown.</param>
public sealed record Acceptance(DateTimeOffset Time, string Gateway, long Sequence, string Publisher)
{
    internal const string TimeName = "eventbusaccepted";
    internal const string GatewayName = "eventbusgateway";
    internal const string SequenceName = "eventbussequence";
    internal const string PublisherName = "eventbuspublisher";

    /// <summary>The attributes that an acceptance is noted in.</summary>
    internal static IReadOnlyList<string> Names { get; } = [TimeName, GatewayName, SequenceName, PublisherName];

    /// <summary>The event with this acceptance on it, in place of any other.</summary>
    public CloudEvent On(CloudEvent @event)
    {
        ArgumentNullException.ThrowIfNull(@event);

        // Only this bus says what is a replay: consumers record nothing of one. A sender can have it from another bus.
        var bare = Names.Aggregate(@event.WithExtension(CloudEvent.ReplayName, null), (e, name) => e.WithExtension(name, null));
        return bare with { Acceptance = this };
    }

    /// <summary>What the attributes say; null where they are not those of an acceptance, and so say nothing.</summary>
    internal static Acceptance? Read(string? time, string? gateway, string? sequence, string? publisher) =>
        time is not null && TryReadTime(time, out var at) && gateway is not null && long.TryParse(sequence, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new Acceptance(at, gateway, number, publisher ?? "")
            : null;

    /// <summary>Writes the attributes.</summary>
    internal void Write(Utf8JsonWriter writer)
    {
        writer.WriteString(TimeName, EventJson.Time(Time));
        writer.WriteString(GatewayName, Gateway);
        writer.WriteString(SequenceName, Sequence.ToString(CultureInfo.InvariantCulture));
        if (Publisher.Length > 0)
        {
            writer.WriteString(PublisherName, Publisher);
        }
    }

    static bool TryReadTime(string text, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(text, "yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time)
        || DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);
}
