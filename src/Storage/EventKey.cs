using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using EventBus.Contracts;

namespace EventBus.Storage;

/// <summary>The keys that events are stored by: hashes, so that they have one length, and show nothing of what they stand for.</summary>
public static class EventKey
{
    /// <summary>
    /// What an event is known by at consumers. One acceptance of an event has one key, however often the broker or a gateway brings it; a replay of it, and
    /// another acceptance, has another.
    /// </summary>
    public static string Of(CloudEvent @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        return Hash(@event.Tenant, @event.Source, @event.Id, @event.Acceptance?.Gateway, @event.Acceptance?.Sequence.ToString(System.Globalization.CultureInfo.InvariantCulture), @event.Replay);
    }

    /// <summary>What an event's order is kept by: tenant, source and subject; where there is no subject, the event alone.</summary>
    public static string OfSubject(CloudEvent @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        return @event.Subject is null ? Of(@event) : Hash(@event.Tenant, @event.Source, @event.Subject);
    }

    /// <summary>The first 128 bits of SHA-256 over the parts, each with its length before it, in hexadecimal.</summary>
    public static string Hash(params ReadOnlySpan<string?> parts)
    {
        var size = 0;
        foreach (var part in parts)
        {
            size += sizeof(int) + (part is null ? 0 : Encoding.UTF8.GetMaxByteCount(part.Length));
        }

        var buffer = size <= 1024 ? stackalloc byte[size] : new byte[size];
        var end = 0;
        foreach (var part in parts)
        {
            var length = part is null ? -1 : Encoding.UTF8.GetBytes(part, buffer[(end + sizeof(int))..]);
            BinaryPrimitives.WriteInt32LittleEndian(buffer[end..], length);
            end += sizeof(int) + Math.Max(0, length);
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(buffer[..end], hash);
        return Convert.ToHexStringLower(hash[..16]);
    }
}
