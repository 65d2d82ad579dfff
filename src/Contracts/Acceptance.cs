using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventBus.Contracts;

/// <summary>
/// What a gateway notes on an event when it accepts it, as extension attributes: <c>eventbusaccepted</c>, <c>eventbusgateway</c>, <c>eventbussequence</c> and
/// <c>eventbuspublisher</c>. The last is not shown to endpoints.
/// </summary>
/// <param name="Time">When it was accepted, by the gateway's clock, to the millisecond.</param>
/// <param name="Gateway">The gateway's name.</param>
/// <param name="Sequence">Counts what this gateway has accepted, in order; it has gaps after a restart.</param>
/// <param name="Publisher">The name of the key that it was sent with.</param>
public sealed record Acceptance(DateTimeOffset Time, string Gateway, long Sequence, string Publisher)
{
    internal const string TimeName = "eventbusaccepted";
    internal const string GatewayName = "eventbusgateway";
    internal const string SequenceName = "eventbussequence";

    /// <summary>The attribute that names the publisher.</summary>
    public const string PublisherName = "eventbuspublisher";

    /// <summary>The event with this acceptance on it, in place of any other.</summary>
    public CloudEvent On(CloudEvent @event)
    {
        ArgumentNullException.ThrowIfNull(@event);

        // One document for the four of them.
        var texts = JsonSerializer.SerializeToElement([EventJson.Time(Time), Gateway, Sequence.ToString(CultureInfo.InvariantCulture), Publisher], AcceptanceTexts.Default.StringArray);
        var extensions = new Dictionary<string, JsonElement>(@event.Extensions.Count + 4, StringComparer.Ordinal);
        foreach (var (name, value) in @event.Extensions)
        {
            extensions.Add(name, value);
        }

        extensions[TimeName] = texts[0];
        extensions[GatewayName] = texts[1];
        extensions[SequenceName] = texts[2];
        extensions[PublisherName] = texts[3];

        // Only this bus says what is a replay: consumers record nothing of one. A sender can have it from another bus.
        extensions.Remove(CloudEvent.ReplayName);
        return @event with { Extensions = extensions };
    }

    /// <summary>What the event says of its acceptance; null where no gateway has accepted it.</summary>
    internal static Acceptance? Of(CloudEvent @event) =>
        Read(@event, TimeName) is { } time && TryReadTime(time, out var at)
        && Read(@event, GatewayName) is { } gateway
        && long.TryParse(Read(@event, SequenceName), NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            ? new Acceptance(at, gateway, sequence, Read(@event, PublisherName) ?? "")
            : null;

    internal static string? Read(CloudEvent @event, string name) =>
        @event.Extensions.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    static bool TryReadTime(string text, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(text, "yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time)
        || DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);
}

[JsonSerializable(typeof(string[]))]
sealed partial class AcceptanceTexts : JsonSerializerContext;
