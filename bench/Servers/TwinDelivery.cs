using System.Text.Json;

namespace EventBus.Bench.Servers;

/// <summary>An event that a consumer's twin has taken from its queue.</summary>
sealed class TwinDelivery
{
    public required string Id { get; init; }

    public required string Source { get; init; }

    public required string Type { get; init; }

    public required string? Tenant { get; init; }

    public required string Subject { get; init; }

    public required string Key { get; init; }

    public required string SubjectKey { get; init; }

    public required byte[] Body { get; init; }

    /// <summary>Of its message.</summary>
    public required ulong DeliveryTag { get; init; }

    /// <summary>The id of its row.</summary>
    public long RowId { get; set; }

    /// <summary>Its number among the events of its subject at the endpoint.</summary>
    public long Sequence { get; set; }

    /// <summary>When it was attempted, in milliseconds since 1970.</summary>
    public long StartedAt { get; set; }

    public long Milliseconds { get; set; }

    /// <summary>What the endpoint answered; null where there is none.</summary>
    public int? Status { get; set; }

    public static TwinDelivery Read(byte[] body, ulong deliveryTag)
    {
        using var json = JsonDocument.Parse(body);
        var root = json.RootElement;
        var (id, source, subject) = (Text("id"u8)!, Text("source"u8)!, Text("subject"u8)!);
        var tenant = Text("tenant"u8);
        var accepted = root.GetProperty("eventbusaccepted"u8).GetDateTimeOffset().ToUnixTimeMilliseconds();
        return new TwinDelivery
        {
            Id = id,
            Source = source,
            Type = Text("type"u8)!,
            Tenant = tenant,
            Subject = subject,
            Key = TwinHash.At(accepted, TwinHash.Of($"{tenant}\n{source}\n{id}")),
            SubjectKey = TwinHash.Of($"{tenant}\n{source}\n{subject}"),
            Body = body,
            DeliveryTag = deliveryTag,
        };

        string? Text(ReadOnlySpan<byte> name) => root.TryGetProperty(name, out var value) ? value.GetString() : null;
    }
}
